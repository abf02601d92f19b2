// What happens within one picture of the review: its tags as chips, the zoom, and what a model has proposed.
"use strict";
const ReviewPicture = (() => {
  const MOST_TAGS = 10;
  const made = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const field = (article, name) => article.querySelector(`.decide [name="${name}"]`);

  // The field stays, unseen, and is what is sent.
  function chips(article) {
    const input = field(article, "tags");
    const list = made("ul", { className: "chips" });
    list.setAttribute("aria-label", "Tags");
    const names = () => input.value.split(",").map((name) => name.trim()).filter(Boolean);
    const set = (fresh) => { input.value = [...new Set(fresh)].slice(0, MOST_TAGS).join(", "); draw(); };

    function chip(name, place) {
      const remove = made("button", { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", `Remove the tag ${name}`);
      remove.addEventListener("click", () => {
        set(names().filter((other) => other !== name));
        (list.querySelectorAll("button")[place] || list).focus();
      });
      const text = made("span", { dir: "auto", textContent: name, lang: input.lang });
      return made("li", {}, text, remove);
    }

    function adder() {
      const button = made("button", { type: "button", textContent: "+ tag" });
      button.addEventListener("click", () => button.replaceWith(entry()));
      button.hidden = names().length >= MOST_TAGS;
      return made("li", { className: "add" }, button);
    }

    function entry() {
      const box = made("input", { type: "text", maxLength: 50, dir: "auto", lang: input.lang });
      box.setAttribute("aria-label", "New tag");
      const take = () => { if (box.value.trim()) set([...names(), ...box.value.toLowerCase().split(",").map((name) => name.trim())]); };
      box.addEventListener("keydown", (event) => {
        if (event.isComposing || event.ctrlKey || event.metaKey) return;
        if (event.key === "Enter" || event.key === ",") {
          event.preventDefault();
          take();
          list.querySelector(".add button")?.click();
        } else if (event.key === "Escape") {
          event.stopPropagation();
          box.value = "";
          draw();
          list.querySelector(".add button").focus();
        }
      });
      box.addEventListener("blur", () => { if (box.isConnected) { take(); draw(); } });
      queueMicrotask(() => box.focus());
      return box;
    }

    function draw() {
      list.replaceChildren(...names().map(chip), adder());
    }

    input.addEventListener("change", draw); // a proposal was taken
    input.hidden = true;
    input.labels[0].removeAttribute("for");
    input.after(list);
    draw();
  }

  function zoom(article) {
    const link = article.querySelector(".zoom");
    if (!link) return;
    const stage = link.parentElement;
    const image = link.querySelector("img");
    link.setAttribute("role", "button");
    const toggle = (on, x = 0.5, y = 0.5) => {
      stage.classList.toggle("zoomed", on);
      link.setAttribute("aria-pressed", on);
      const scale = Math.max(1, (2 * stage.clientWidth) / image.naturalWidth);
      image.style.width = on ? `${image.naturalWidth * Math.min(scale, 4)}px` : "";
      stage.scrollTo(x * stage.scrollWidth - stage.clientWidth / 2, y * stage.scrollHeight - stage.clientHeight / 2);
    };
    toggle(false);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const box = stage.getBoundingClientRect();
      const at = event.detail ? [(event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height] : [];
      toggle(!stage.classList.contains("zoomed"), ...at);
    });
    link.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); link.click(); }
      if (event.key === "Escape") toggle(false);
    });
  }

  // What the fields hold and what stands beside them change places.
  function other(article) {
    const box = article.querySelector(".other");
    if (!box) return;
    const title = box.querySelector("h3");
    const titles = ["The model has proposed since:", "The caption as it is:"];
    box.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault();
      box.querySelectorAll("[data-field]").forEach((each) => {
        const input = field(article, each.dataset.field);
        [input.value, each.textContent] = [each.textContent, input.value];
        input.dispatchEvent(new Event("change"));
      });
      const use = field(article, "use");
      use.value = use.value === "0" ? box.dataset.proposal : "0";
      title.textContent = titles[Number(use.value !== "0")];
      if (box.dataset.proposal !== "0") article.querySelector(".verb").textContent = use.value === "0" ? "Keep" : "Accept";
      document.getElementById("said").textContent = "The other caption is in the fields now.";
    });
  }

  function hide(article) {
    const box = article.querySelector(".hide");
    box.addEventListener("toggle", () => {
      if (!box.open) return;
      box.scrollIntoView({ block: "nearest" });
      box.querySelector("[name=reason]").focus();
    });
  }

  function enhance(article) {
    if (!article.querySelector(".decide")) return;
    chips(article);
    zoom(article);
    other(article);
    hide(article);
    article.querySelector(".stage img")?.decode().catch(() => {}); // so that it is painted at once when its turn comes
  }

  return { enhance };
})();
