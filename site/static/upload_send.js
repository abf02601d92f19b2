// One request with one file. It never fails: what came of it is in the answer, with status 0 where nothing came.
"use strict";
const UploadSend = (() => {
  const SILENCE = 60_000; // ms in which nothing could be sent
  const ANSWER = 300_000; // ms for the answer, once everything is sent
  const form = document.getElementById("upload");
  const field = form.querySelector("[name=csrfmiddlewaretoken]");
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  // Read when it is needed: whoever logs in in another tab has another one from then on.
  function token() {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return cookie ? cookie[1] : field.value;
  }

  // The page once more, for its token and its cookie; whether that worked.
  async function renew() {
    try {
      const page = await fetch(form.action, { cache: "no-store" });
      field.value = parse(await page.text()).querySelector("[name=csrfmiddlewaretoken]").value;
      return true;
    } catch {
      return false;
    }
  }

  // What the server says of this one file: [accepted, the element with its sentence].
  function read(request) {
    const item = parse(request.responseText).querySelector("li.result");
    const ok = request.status === 200 && item !== null && item.classList.contains("ok");
    return [ok, item && document.importNode(item.querySelector(".outcome"), true)];
  }

  function once(file, moved) {
    const request = new XMLHttpRequest();
    let watch;
    const giveUpAfter = (ms) => { clearTimeout(watch); watch = setTimeout(() => request.abort(), ms); };
    return new Promise((resolve) => {
      request.upload.addEventListener("progress", (event) => { giveUpAfter(SILENCE); moved(event.loaded / event.total); });
      request.upload.addEventListener("load", () => giveUpAfter(ANSWER));
      request.addEventListener("loadend", () => {
        clearTimeout(watch);
        const [ok, outcome] = request.status ? read(request) : [false, null];
        const wait = request.status ? Number(request.getResponseHeader("Retry-After")) : 0;
        resolve({ status: request.status, ok, outcome, wait });
      });
      request.open("POST", form.action);
      request.setRequestHeader("X-CSRFToken", token());
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      const body = new FormData();
      body.append("files", file);
      giveUpAfter(SILENCE);
      request.send(body);
    });
  }

  async function send(file, moved) {
    const answer = await once(file, moved);
    return answer.status === 403 && (await renew()) ? once(file, moved) : answer;
  }

  return { send };
})();
