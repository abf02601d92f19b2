// The tags of a picture as chips, each with a button that removes it. The field stays, unseen, and is what is sent.
"use strict";
const ReviewTags = (() => {
  const MOST = 10;
  const names = (input) => input.value.split(",").map((name) => name.trim()).filter(Boolean);

  function made(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  function set(input, list, fresh) {
    input.value = [...new Set(fresh)].slice(0, MOST).join(", ");
    draw(input, list);
  }

  function draw(input, list) {
    const chips = names(input).map((name, place) => chip(input, list, name, place));
    list.replaceChildren(...chips, adder(input, list));
  }

  function chip(input, list, name, place) {
    const remove = made("button", { type: "button", textContent: "×" });
    remove.setAttribute("aria-label", `Remove the tag ${name}`);
    remove.addEventListener("click", () => {
      set(input, list, names(input).filter((other) => other !== name));
      list.querySelectorAll("button")[place].focus(); // of the next one, or the one that adds
    });
    return made("li", {}, made("span", { dir: "auto", lang: input.lang, textContent: name }), remove);
  }

  function adder(input, list) {
    const button = made("button", { type: "button", textContent: "+ tag", hidden: names(input).length >= MOST });
    button.addEventListener("click", () => {
      const box = entry(input, list);
      button.replaceWith(box);
      box.focus();
    });
    return made("li", { className: "add" }, button);
  }

  function entry(input, list) {
    const box = made("input", { type: "text", maxLength: 50, dir: "auto", lang: input.lang });
    box.setAttribute("aria-label", "New tag");
    box.addEventListener("keydown", (event) => pressed(event, box, input, list));
    box.addEventListener("blur", () => { if (box.isConnected) take(box, input, list); });
    return box;
  }

  function take(box, input, list) {
    set(input, list, [...names(input), ...box.value.toLowerCase().split(",").map((name) => name.trim()).filter(Boolean)]);
  }

  // Enter and a comma take the tag and ask for the next; Escape takes none.
  function pressed(event, box, input, list) {
    if (event.isComposing) return;
    const ends = ["Enter", ","].includes(event.key);
    if (event.ctrlKey || event.metaKey || !ends && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (ends) take(box, input, list);
    else draw(input, list);
    const button = list.querySelector(".add button");
    if (ends && !button.hidden) button.click();
    else list.querySelector("button:not([hidden])").focus();
  }

  function enhance(article) {
    const input = article.querySelector("[name=tags]");
    const list = made("ul", { className: "chips" });
    list.setAttribute("aria-label", "Tags");
    input.labels[0].removeAttribute("for");
    input.hidden = true;
    input.after(list);
    input.addEventListener("change", () => draw(input, list)); // by a proposal
    draw(input, list);
  }

  return { enhance };
})();
