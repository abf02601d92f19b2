// The review by keys. The picture before the moderator and the next two are on the page already, each with its form: a
// decision shows the next at once, and is sent in the background, one after the other. What could not be saved comes
// back with what was typed. Without this script the same forms are sent one by one.
"use strict";
const Review = (() => {
  const row = ReviewRow;
  const outbox = []; // each { action, data, article }; an undo has no article
  const CALM = 600; // ms in which a key is not meant for a picture that has just come back
  let sending = false;
  let calmUntil = 0;

  const isCalm = () => performance.now() >= calmUntil;
  const isUndoing = () => outbox.some((each) => each.action === "undo");
  const ask = (event) => event.preventDefault(); // the browser's own question before it leaves the page
  const found = (page) => [...page.querySelectorAll("#pictures > .seen")].map((each) => document.adoptNode(each));
  const isChanged = (field) => "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;

  function decide(form, button) {
    const data = new FormData(form);
    data.set(button.name || "action", button.value || data.get("action"));
    const action = data.get("action");
    if (action === "undo") return undo();
    if (isUndoing()) return; // another picture is on its way to the front
    const edited = action === "accept" && [...form.elements].some(isChanged);
    goOn({ action, data, article: form.closest(".seen") }, edited ? "Saved." : button.dataset.said);
  }

  function goOn(decision, words) {
    outbox.push(decision);
    decision.article.remove();
    history.replaceState(null, "", row.pictures.dataset.address); // without the one picture that it may have named
    row.pictures.querySelectorAll(".undo").forEach((each) => { each.disabled = false; });
    row.warn("");
    row.count(1);
    row.show();
    row.focus();
    row.announce(words);
    send();
  }

  // Also while the next picture is on its way.
  function undo() {
    const data = new FormData();
    data.set("action", "undo");
    outbox.push({ action: "undo", data });
    row.warn("");
    send();
  }

  async function send() {
    if (sending) return;
    sending = true;
    document.body.classList.add("sending");
    window.addEventListener("beforeunload", ask);
    while (outbox.length) {
      outbox[0].data.set("have", held().join(","));
      settle(await ReviewSend.send(row.pictures.dataset.address, outbox[0].data));
    }
    window.removeEventListener("beforeunload", ask);
    document.body.classList.remove("sending");
    sending = false;
  }

  // The ids of the pictures that are here, or still to be sent.
  function held(from = 1) {
    const articles = [...row.pictures.children, ...outbox.slice(from).map((each) => each.article)];
    return articles.filter(Boolean).map((each) => each.dataset.id);
  }

  function settle({ ok, page, problem }) {
    if (problem) {
      bringBack(outbox.splice(0).map((each) => each.article).filter(Boolean), problem);
      return;
    }
    const { action, article } = outbox.shift();
    if (!ok) refused(article, page);
    else if (action === "undo") undone(page);
    else take(page);
  }

  function bringBack(articles, words) {
    if (row.bringBack(articles, words)) calmUntil = performance.now() + CALM;
  }

  // Pictures that are not here yet; and, where nothing else is on its way, how far the review is.
  function take(page) {
    const wasEmpty = !row.current();
    const here = new Set(held(0));
    row.add(found(page).filter((each) => !here.has(each.dataset.id)));
    if (!outbox.length) row.around(page);
    if (!wasEmpty || !row.current()) return;
    row.focus();
    row.announce(row.said.textContent);
  }

  function undone(page) {
    row.add(found(page), true);
    row.around(page);
    row.focus();
    row.announce("Undone.");
  }

  function refused(article, page) {
    const words = page.getElementById("alert").textContent.trim();
    const again = article && page.querySelector(`.seen[data-id="${article.dataset.id}"]`);
    if (again) bringBack([document.adoptNode(again)], words);
    if (again) ReviewPicture.enhance(again);
    else row.warn(words);
    take(page);
  }

  row.pictures.addEventListener("submit", (event) => {
    if (!event.target.matches(".decide")) return;
    event.preventDefault();
    decide(event.target, event.submitter);
  });
  row.pictures.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest(".go")) event.preventDefault(); // a double click is one decision
  });

  return { undo, isCalm };
})();
