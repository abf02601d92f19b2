// What happens within one picture of the review: the zoom, what a model has proposed, the reason for hiding it.
"use strict";
const ReviewPicture = (() => {
  const MOST_ZOOM = 4; // times its own size: a small picture is enlarged, but not to single dots

  function zoom(article) {
    const link = article.querySelector(".zoom");
    if (!link) return;
    link.setAttribute("role", "button");
    link.setAttribute("aria-pressed", "false");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const box = link.parentElement.getBoundingClientRect();
      const at = event.detail ? [(event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height] : [0.5, 0.5];
      zoomed(link, link.getAttribute("aria-pressed") === "false", ...at);
    });
    link.addEventListener("keydown", (event) => {
      if (event.key === "Escape") zoomed(link, false, 0, 0);
      else if (event.key === " ") {
        event.preventDefault();
        link.click();
      }
    });
  }

  // To its own size at least, and to twice the stage; what was clicked stays in sight.
  function zoomed(link, on, x, y) {
    const [stage, image] = [link.parentElement, link.querySelector("img")];
    const width = Math.max(image.naturalWidth, Math.min(2 * stage.clientWidth, MOST_ZOOM * image.naturalWidth));
    link.setAttribute("aria-pressed", on);
    stage.classList.toggle("zoomed", on);
    image.style.width = on ? `${width}px` : "";
    stage.scrollTo(x * stage.scrollWidth - stage.clientWidth / 2, y * stage.scrollHeight - stage.clientHeight / 2);
  }

  function other(article) {
    const box = article.querySelector(".other");
    box?.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault();
      swap(article, box);
    });
  }

  // What the fields hold and what stands beside them change places.
  function swap(article, box) {
    box.querySelectorAll("[data-field]").forEach((each) => {
      const input = article.querySelector(`.decide [name="${each.dataset.field}"]`);
      const begun = each.dataset.begun ?? each.textContent; // what is not typed there
      [input.value, each.textContent] = [each.textContent, input.value];
      [input.defaultValue, each.dataset.begun] = [begun, input.defaultValue];
      input.dispatchEvent(new Event("change"));
    });
    const use = article.querySelector("[name=use]");
    use.value = use.value === "0" ? box.dataset.proposal : "0";
    const [title, verb] = use.value === "0" ? ["The model has proposed since:", "Keep"] : ["The caption as it is:", "Accept"];
    if (box.dataset.proposal === "0") return; // beside what was typed stands what is there now, of whomever
    box.querySelector("h3").textContent = title;
    article.querySelector(".verb").textContent = verb;
    document.getElementById("said").textContent = use.value === "0" ? "The caption is in the fields." : "The proposal is in the fields.";
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
    ReviewTags.enhance(article);
    zoom(article);
    other(article);
    hide(article);
    article.querySelector(".stage img")?.decode().catch(() => {}); // so that it is painted at once when its turn comes
  }

  return { enhance };
})();
