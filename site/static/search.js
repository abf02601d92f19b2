// Who picks a suggestion searches for it: the browser alone would only put it into the field.
"use strict";
(() => {
  const field = document.getElementById("q");
  const isSuggested = (text) => [...field.list.options].some((each) => each.value === text);

  // What is typed, pasted or deleted has another type; Chromium and Safari give a pick none.
  field.addEventListener("input", (event) => {
    const picked = !event.inputType || event.inputType === "insertReplacementText";
    if (picked && isSuggested(field.value)) field.form.requestSubmit();
  });
})();
