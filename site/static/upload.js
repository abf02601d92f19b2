// Each chosen or dropped file is sent by itself, two at a time, with its own progress, result and error.
// Without this script the form sends all of them at once, and the page shows the same results.
"use strict";
(() => {
  const form = document.getElementById("upload");
  const input = document.getElementById("files");
  const drop = document.getElementById("drop");
  const list = document.getElementById("result-list");
  const announce = document.getElementById("announce");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const maxBytes = Number(form.dataset.maxBytes);
  const maxFiles = Number(form.dataset.maxFiles);
  const waiting = [];
  let running = 0;
  let failed = 0;
  let stored = 0;

  document.documentElement.classList.add("script");
  form.querySelector("button").hidden = true;

  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

  function row(name) {
    const item = document.createElement("li");
    item.className = "result";
    const title = document.createElement("span");
    title.className = "name";
    title.textContent = name;
    item.append(title);
    list.prepend(item);
    return item;
  }

  function refuse(item, sentence, again) {
    item.className = "result bad";
    item.querySelectorAll("progress, .outcome, button").forEach((old) => old.remove());
    const text = document.createElement("span");
    text.className = "outcome";
    text.textContent = sentence;
    item.append(text);
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Try again";
      button.addEventListener("click", () => { failed -= 1; button.remove(); text.remove(); again(); });
      item.append(button);
    }
    failed += 1;
  }

  function finished() {
    running -= 1;
    next();
    if (running || waiting.length) return;
    document.getElementById("all-done").hidden = stored === 0;
    announce.textContent = `${stored} uploaded, ${failed} not accepted.`;
  }

  function answered(job, request) {
    const html = new DOMParser().parseFromString(request.responseText, "text/html");
    const item = html.querySelector("li.result");
    if (!item) {
      refuse(job.item, "The server had a problem with this file. Try it again in a moment.", () => add(job));
      return;
    }
    if (request.status === 429 || request.status === 503) {
      refuse(job.item, item.querySelector(".outcome").textContent, () => add(job));
      return;
    }
    item.classList.contains("ok") ? stored += 1 : failed += 1;
    job.item.replaceWith(item);
  }

  function send(job) {
    running += 1;
    job.item.className = "result";
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Upload of ${job.file.name}`);
    job.item.append(bar);
    const body = new FormData();
    body.append("files", job.file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => { answered(job, request); finished(); });
    request.addEventListener("error", () => {
      refuse(job.item, "The connection was interrupted. Your file is not lost.", () => add(job));
      finished();
    });
    request.send(body);
  }

  function next() {
    while (running < 2 && waiting.length) send(waiting.shift());
  }

  function add(job) {
    waiting.push(job);
    next();
  }

  function take(files) {
    document.getElementById("results").hidden = false;
    Array.from(files).forEach((file, index) => {
      const item = row(file.name);
      if (index >= maxFiles) {
        refuse(item, `At most ${maxFiles} files can be uploaded at once. Choose this one again afterwards.`);
      } else if (file.size > maxBytes) {
        refuse(item, `The file has ${megabytes(file.size)} MB; at most ${maxBytes / 1e6} MB are accepted.` +
          " Make the picture smaller and upload it again.");
      } else {
        add({ file, item });
      }
    });
    if (!running) announce.textContent = `${stored} uploaded, ${failed} not accepted.`;
  }

  input.addEventListener("change", () => { take(input.files); input.value = ""; });
  form.addEventListener("submit", (event) => event.preventDefault());
  ["dragenter", "dragover"].forEach((name) => drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  }));
  ["dragleave", "drop"].forEach((name) => drop.addEventListener(name, () => drop.classList.remove("over")));
  drop.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files); });
})();
