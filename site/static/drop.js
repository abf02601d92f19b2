// A file that is dropped beside a box would be opened by the browser in place of the page. On the upload page each one
// is taken (upload.js); elsewhere the pointer says that there is no place for it.
"use strict";
(() => {
  const form = document.getElementById("upload");
  const files = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");

  ["dragenter", "dragover", "drop"].forEach((name) => window.addEventListener(name, (event) => {
    if (!files(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = form ? "copy" : "none";
  }));
})();
