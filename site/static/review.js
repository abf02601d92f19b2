// The review by keys. The picture before the moderator and the next two are on the page already, each with its form: a
// decision shows the next at once, and is sent in the background, one after the other. What could not be saved comes
// back with what was typed. Without this script the same forms are sent one by one.
"use strict";
(() => {
  const pictures = document.getElementById("pictures");
  const bar = document.querySelector(".review-bar");
  const said = document.getElementById("said");
  const alertBox = document.getElementById("alert");
  const loading = document.getElementById("loading");
  const letters = document.getElementById("letters");
  const CALM = 600; // ms in which a key is not meant for a picture that has just come back
  const LOST = "It could not be sent: the connection was interrupted. Nothing is lost: try it again.";
  const NOT_SAVED = "The site did not save it. Nothing is lost: try it again; if that does not help, load the page anew.";
  const LOGGED_OUT = "You are not logged in any more. Log in in another tab, then try it again here: nothing is lost.";
  const outbox = []; // each { article, form, action, data }; of an undo without an article
  let sending = false;
  let calmUntil = 0;

  const current = () => pictures.firstElementChild;
  const undoing = () => outbox.some((each) => each.action === "undo");
  const isField = (element) => element.matches("textarea, select, input:not([type='checkbox'])");
  const ask = (event) => event.preventDefault(); // the browser's own question before it leaves the page

  function show() {
    [...pictures.children].forEach((each, place) => { each.hidden = place > 0; });
    loading.hidden = Boolean(current());
  }

  function focus() {
    const go = current()?.querySelector(".go");
    (go || document.getElementById("content")).focus({ preventScroll: true });
    bar.scrollIntoView();
    current()?.querySelector(".panel-side")?.scrollTo(0, 0);
  }

  function where() {
    const far = document.getElementById("progress");
    const total = "many" in far.dataset ? "more than 1,000" : Number(far.dataset.total).toLocaleString("en");
    const name = current()?.getAttribute("aria-label");
    if (!current()) return "";
    return current().dataset.id === "over" ? current().querySelector("h2").textContent
      : `Picture ${Number(far.dataset.number).toLocaleString("en")} of ${total}: ${name}`;
  }

  function announce(words) {
    said.textContent = `${words} ${where()}`.trim();
  }

  function warn(words) {
    const line = Object.assign(document.createElement("p"), { className: "error", textContent: words });
    alertBox.replaceChildren(...(words ? [line] : []));
  }

  function count() {
    const far = document.getElementById("progress");
    const number = Math.min(Number(far.dataset.number) + 1, Number(far.dataset.total));
    far.dataset.number = number;
    far.querySelector(".number")?.replaceChildren(number.toLocaleString("en"));
    if (far.querySelector("progress")) far.querySelector("progress").value = number;
  }

  function decide(form, button) {
    const article = form.closest(".seen");
    const data = new FormData(form);
    if (button) data.set(button.name || "action", button.value || data.get("action"));
    const action = data.get("action");
    if (action === "undo") return undo();
    if (undoing()) return; // another picture is on its way to the front
    const changed = [...form.elements].some((each) => "defaultValue" in each && each.type !== "hidden" && each.value !== each.defaultValue);
    warn("");
    outbox.push({ action, data, article });
    article.remove();
    pictures.querySelectorAll(".undo").forEach((each) => { each.disabled = false; });
    count();
    show();
    focus();
    announce(action === "accept" && changed ? "Saved." : button?.dataset.said || "");
    send();
  }

  // Also while the next picture is on its way.
  function undo() {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    data.set("action", "undo");
    warn("");
    outbox.push({ action: "undo", data });
    send();
  }

  async function send() {
    if (sending) return;
    sending = true;
    window.addEventListener("beforeunload", ask);
    while (outbox.length) settle(await post(outbox[0]));
    window.removeEventListener("beforeunload", ask);
    sending = false;
  }

  async function post({ data, action }) {
    const held = [...pictures.children, ...outbox.slice(1).map((each) => each.article)];
    data.set("have", held.filter(Boolean).map((each) => each.dataset.id).join(","));
    const address = document.querySelector("#pictures").dataset.address;
    const headers = { "X-Requested-With": "XMLHttpRequest" };
    try {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams(data), headers, keepalive: true });
      if (answer.redirected) return { problem: LOGGED_OUT };
      if (!answer.ok && answer.status !== 422) return { problem: NOT_SAVED };
      return { ok: answer.ok, action, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
    } catch {
      return { problem: LOST };
    }
  }

  function settle(answer) {
    if (!answer.page) {
      const articles = outbox.splice(0).map((each) => each.article).filter(Boolean);
      bringBack(articles, answer.problem);
      return;
    }
    const { article } = outbox.shift();
    if (!answer.ok) refused(article, answer.page);
    else if (answer.action === "undo") undone(answer.page);
    else take(answer.page);
  }

  const found = (page) => [...page.querySelectorAll("#pictures > .seen")].map((each) => document.adoptNode(each));

  // Pictures that are not here yet; and, where nothing else is on its way, how far the review is.
  function take(page) {
    const wasEmpty = !current();
    const here = new Set([...pictures.children, ...outbox.map((each) => each.article)].filter(Boolean).map((each) => each.dataset.id));
    const fresh = found(page).filter((each) => !here.has(each.dataset.id));
    if (fresh.some((each) => each.dataset.id !== "over")) pictures.querySelector("[data-id=over]")?.remove();
    fresh.forEach(add);
    show();
    if (!outbox.length) ["progress", "strip"].forEach((id) => document.getElementById(id).replaceWith(page.getElementById(id)));
    if (wasEmpty && current()) { focus(); announce(said.textContent); }
  }

  function add(article) {
    article.hidden = pictures.children.length > 0;
    pictures.append(article);
    ReviewPicture.enhance(article);
  }

  function undone(page) {
    const [first, ...others] = found(page);
    [first, ...others].forEach((each) => pictures.querySelector(`[data-id="${each.dataset.id}"]`)?.remove());
    pictures.prepend(first, ...others);
    [first, ...others].forEach(ReviewPicture.enhance);
    show();
    ["progress", "strip"].forEach((id) => document.getElementById(id).replaceWith(page.getElementById(id)));
    focus();
    announce("Undone.");
  }

  function refused(article, page) {
    const words = page.getElementById("alert").textContent.trim();
    const again = article && page.querySelector(`[data-id="${article.dataset.id}"]`);
    if (again) {
      bringBack([document.adoptNode(again)], words);
      ReviewPicture.enhance(again);
    } else warn(words);
    take(page);
  }

  // To the front; behind the one before the moderator while something is typed there.
  function bringBack(articles, words) {
    const typing = current()?.contains(document.activeElement) && isField(document.activeElement);
    if (typing) current().after(...articles);
    else pictures.prepend(...articles);
    calmUntil = typing ? 0 : performance.now() + CALM;
    const far = document.getElementById("progress");
    far.dataset.number = Math.max(1, far.dataset.number - articles.length);
    far.querySelector(".number")?.replaceChildren(Number(far.dataset.number).toLocaleString("en"));
    show();
    if (!typing) focus();
    warn(typing ? `${words} The picture comes next.` : words);
  }

  function press(key, event) {
    if (key === "z" && !current()) return undo();
    const button = current()?.querySelector(`[data-key="${key}"]`);
    if (!button) return;
    event.preventDefault();
    if (button.disabled) said.textContent = current().querySelector(".why-not")?.textContent || "That can't be done now.";
    else if (key === "e") edit();
    else button.click();
    if (key === "h" && button.parentElement.open) button.parentElement.querySelector("[name=reason]").focus();
  }

  function edit() {
    const field = current().querySelector("[name=caption]");
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.isComposing || event.altKey || !(target instanceof Element)) return;
    const modified = event.ctrlKey || event.metaKey;
    if (event.key === "Escape" && isField(target)) return void (current()?.querySelector(".go") || target).focus();
    if (event.key === "Enter" && modified && target.closest("#pictures .hide form")) return void target.form.querySelector("button").click();
    if (target.closest(".which") || (isField(target) && !(event.key === "Enter" && modified))) return;
    if (performance.now() < calmUntil || (event.repeat && event.key === "Enter")) return void (event.key === "Enter" && event.preventDefault());
    if (event.key === "Enter" && (modified || !target.closest("a, button, summary"))) press("Enter", event);
    else if (letters.checked && !modified && !event.repeat && event.key.length === 1) press(event.key.toLowerCase(), event);
  });

  pictures.addEventListener("submit", (event) => {
    if (!event.target.matches(".decide")) return;
    event.preventDefault();
    decide(event.target, event.submitter);
  });
  pictures.addEventListener("click", (event) => {
    if (event.target.closest(".edit")) { event.preventDefault(); edit(); }
    else if (event.detail > 1 && event.target.closest(".go")) event.preventDefault(); // a double click is one decision
  });

  const KEPT = "review-letters";
  function lettersChanged() {
    document.body.classList.toggle("no-letters", !letters.checked);
    localStorage.setItem(KEPT, letters.checked ? "on" : "off");
  }
  document.documentElement.classList.add("script");
  letters.checked = localStorage.getItem(KEPT) !== "off";
  letters.addEventListener("change", lettersChanged);
  lettersChanged();
  [...pictures.children].forEach(ReviewPicture.enhance);
})();
