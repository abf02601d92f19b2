// The keys of the review: each presses the button that names it. Letters do so where no field has the focus, and not at
// all where they are switched off (WCAG 2.1.4).
"use strict";
(() => {
  const row = ReviewRow;
  const letters = document.getElementById("letters");
  const KEPT = "review-letters";

  function edit() {
    const field = row.current().querySelector("[name=caption]");
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  function press(key, event) {
    const button = row.current()?.querySelector(`[data-key="${key}"]`);
    if (!row.current() && key === "z") Review.undo();
    if (!button) return;
    event.preventDefault();
    if (button.disabled) row.said.textContent = (key === "r" && row.current().querySelector(".why-not")?.textContent) || "There is nothing to undo.";
    else if (key === "e") edit();
    else button.click();
    if (key === "h" && button.parentElement.open) button.parentElement.querySelector("[name=reason]").focus();
  }

  // Ctrl + Enter, wherever it is pressed: of the reason for hiding it sends that.
  function confirm(event) {
    const hides = event.target.closest(".hide form");
    event.preventDefault();
    if (!Review.isCalm() || event.repeat) return;
    if (hides) hides.querySelector("button").click();
    else press("Enter", event);
  }

  function enter(event) {
    if (event.repeat || !Review.isCalm()) event.preventDefault(); // a key that is held down accepts one picture
    else if (!event.target.closest("a, button, summary")) press("Enter", event);
  }

  function leave(field) {
    const box = field.closest(".hide");
    if (box) box.open = false;
    row.focus();
  }

  document.addEventListener("keydown", (event) => {
    const field = row.isField(event.target);
    if (event.isComposing || event.altKey || event.target.closest(".which")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) confirm(event);
    else if (event.key === "Escape" && field) leave(event.target);
    else if (field || event.ctrlKey || event.metaKey) return;
    else if (event.key === "Enter") enter(event);
    else if (letters.checked && !event.repeat && Review.isCalm() && event.key.length === 1) press(event.key.toLowerCase(), event);
  });
  row.pictures.addEventListener("click", (event) => {
    if (!event.target.closest(".edit")) return;
    event.preventDefault();
    edit();
  });

  function lettersChanged() {
    document.body.classList.toggle("no-letters", !letters.checked);
    localStorage.setItem(KEPT, letters.checked ? "on" : "off");
  }
  document.documentElement.classList.add("script");
  letters.checked = localStorage.getItem(KEPT) !== "off";
  letters.addEventListener("change", lettersChanged);
  lettersChanged();
})();
