// How a file looks in the list of uploads: its own name first, whatever becomes of it.
"use strict";
const UploadRows = (() => {
  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function create(name) {
    const item = element("li", "result", "");
    const title = element("span", "name", name);
    title.dir = "auto";
    item.append(title);
    return item;
  }

  // `outcome`: a sentence, or the element with the server's. `again`: what the button does; without it there is none.
  function show(item, state, outcome, again) {
    item.className = `result ${state}`;
    [...item.children].slice(1).forEach((old) => old.remove());
    item.append(typeof outcome === "string" ? element("span", "outcome", outcome) : outcome);
    if (!again) return;
    const button = element("button", "", "Try again");
    button.append(element("span", "unseen", `: ${item.firstChild.textContent}`));
    button.type = "button";
    button.addEventListener("click", again);
    item.append(button);
  }

  // Shows a bar; returns the function that moves it.
  function progress(item) {
    const bar = element("progress", "", "");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Upload of ${item.firstChild.textContent}`);
    show(item, "", bar);
    return (part) => { bar.value = part; };
  }

  return { create, show, progress };
})();
