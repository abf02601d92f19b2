// The pictures that the page of the review has: the first is shown, the others wait for their turn; and what is said
// around them.
"use strict";
const ReviewRow = (() => {
  const pictures = document.getElementById("pictures");
  const said = document.getElementById("said");
  const alertBox = document.getElementById("alert");

  const current = () => pictures.firstElementChild;
  const find = (id) => pictures.querySelector(`:scope > [data-id="${id}"]`);
  const far = () => document.getElementById("progress");
  const isField = (element) => element.matches("textarea, select, input:not([type='checkbox'])");
  const isTyping = () => Boolean(current()?.contains(document.activeElement) && isField(document.activeElement));

  function show() {
    [...pictures.children].forEach((each, place) => { each.hidden = place > 0; });
    document.getElementById("loading").hidden = Boolean(current());
  }

  // The button that Enter stands for, of the picture that is shown.
  function focus() {
    const go = current()?.querySelector(".go");
    (go || document.getElementById("content")).focus({ preventScroll: true });
    document.querySelector(".review-bar").scrollIntoView();
    current()?.querySelector(".panel-side")?.scrollTo(0, 0);
  }

  function where() {
    if (!current()) return "";
    if (current().dataset.id === "over") return current().querySelector("h2").textContent;
    const total = "many" in far().dataset ? "more than 1,000" : Number(far().dataset.total).toLocaleString("en");
    return `Picture ${Number(far().dataset.number).toLocaleString("en")} of ${total}: ${current().getAttribute("aria-label")}`;
  }

  function announce(words) {
    said.textContent = `${words} ${where()}`.trim();
  }

  function warn(words) {
    alertBox.replaceChildren(...(words ? [Object.assign(document.createElement("p"), { className: "error", textContent: words })] : []));
  }

  function count(steps) {
    const number = Math.max(1, Math.min(Number(far().dataset.number) + steps, Number(far().dataset.total)));
    far().dataset.number = number;
    far().querySelector(".number")?.replaceChildren(number.toLocaleString("en"));
    far().querySelector("progress")?.setAttribute("value", number);
  }

  // How far the review is, and the strip, as the site says.
  function around(page) {
    for (const id of ["progress", "strip"]) document.getElementById(id).replaceWith(page.getElementById(id));
  }

  function add(articles, first = false) {
    articles.forEach((each) => find(each.dataset.id)?.remove());
    if (articles.some((each) => each.dataset.id !== "over")) find("over")?.remove();
    pictures[first ? "prepend" : "append"](...articles);
    articles.forEach(ReviewPicture.enhance);
    show();
  }

  // To the front; behind the picture that is shown while something is typed there.
  function bringBack(articles, words) {
    const typing = isTyping();
    if (typing) current().after(...articles);
    else pictures.prepend(...articles);
    count(-articles.length);
    show();
    if (!typing) focus();
    warn(typing ? `${words} The picture comes next.` : words);
    return !typing;
  }

  show();
  [...pictures.children].forEach(ReviewPicture.enhance);
  return { pictures, said, current, isField, show, focus, announce, warn, count, around, add, bringBack };
})();
