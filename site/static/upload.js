// Each chosen or dropped file is sent by itself, two at a time, with its own progress, result and error; any number of
// them waits. Without this script the form sends all of them at once, and the page shows the same results.
"use strict";
(() => {
  const AT_ONCE = 2;
  const LONGEST_WAIT = 120; // seconds; beyond that a person decides
  const MOST_TRIES = 5; // by itself
  const form = document.getElementById("upload");
  const input = document.getElementById("files");
  const drop = document.getElementById("drop");
  const tryAll = document.getElementById("try-all");
  const maxBytes = Number(form.dataset.maxBytes);
  const jobs = []; // each { file, item, state: "waiting" | "sending" | "stored" | "failed" | "refused", tries }
  let pausedUntil = 0;

  const having = (...states) => jobs.filter((job) => states.includes(job.state));
  const ask = (event) => event.preventDefault(); // the browser's own question before it leaves the page

  function changed() {
    const busy = having("waiting", "sending").length > 0;
    window[busy ? "addEventListener" : "removeEventListener"]("beforeunload", ask);
    const [stored, failed, refused] = ["stored", "failed", "refused"].map((state) => having(state).length);
    tryAll.hidden = busy || failed < 2;
    document.getElementById("all-done").hidden = busy || stored === 0;
    if (!busy) document.getElementById("announce").textContent = `${stored} uploaded, ${failed + refused} not accepted.`;
  }

  function next() {
    if (Date.now() >= pausedUntil) {
      having("waiting").slice(0, AT_ONCE - having("sending").length).forEach(run);
    }
    changed();
  }

  async function run(job) {
    job.state = "sending";
    job.tries += 1;
    settle(job, await UploadSend.send(job.file, UploadRows.progress(job.item)));
    next();
  }

  function settle(job, answer) {
    const later = [429, 503].includes(answer.status) && answer.wait > 0;
    if (answer.ok) finish(job, "stored", "ok", answer.outcome);
    else if (answer.status === 422 && answer.outcome) finish(job, "refused", "bad", answer.outcome);
    else if (later && answer.wait <= LONGEST_WAIT && job.tries < MOST_TRIES) pause(job, answer);
    else if (answer.status === 0) interrupted(job);
    else fail(job, sentence(answer));
    // The others would only be told the same, each after all of its bytes.
    if (later && answer.wait > LONGEST_WAIT) having("waiting").forEach((other) => fail(other, sentence(answer)));
  }

  function sentence(answer) {
    if (answer.outcome) return answer.outcome.textContent.trim();
    if (answer.status === 403) {
      return "The server refused this, as your browser does not send this site's cookie. Allow cookies for this site, then try again.";
    }
    if (answer.status === 507) return "There is no room left on the server. Your file is not lost: try again later.";
    return "The server had a problem with this file. Your file is not lost: try again in a moment.";
  }

  function finish(job, state, look, outcome, again) {
    job.state = state;
    UploadRows.show(job.item, look, outcome, again);
  }

  function fail(job, words) {
    finish(job, "failed", "bad", words, () => again([job]));
  }

  async function interrupted(job) {
    fail(job, "The connection was interrupted. Your file is not lost: try again.");
    try {
      await job.file.slice(0, 1).arrayBuffer();
    } catch {
      if (job.state === "failed") fail(job, "This could not be read: it is a folder, or the file was moved or changed. Choose it again.");
    }
  }

  function pause(job, answer) {
    pausedUntil = Math.max(pausedUntil, Date.now() + answer.wait * 1000);
    setTimeout(next, answer.wait * 1000 + 100);
    finish(job, "waiting", "", `${sentence(answer)} It goes on by itself.`, () => again([job]));
  }

  function again(failed) {
    pausedUntil = 0;
    failed.forEach((job) => wait(job));
    next();
  }

  function wait(job) {
    job.tries = 0;
    finish(job, "waiting", "", "Waiting for its turn.");
  }

  function take(files) {
    const added = Array.from(files, (file) => ({ file, item: UploadRows.create(file.name), tries: 0 }));
    document.getElementById("results").hidden = added.length + jobs.length === 0;
    document.getElementById("result-list").prepend(...added.map((job) => job.item));
    jobs.push(...added);
    added.forEach((job) => (job.file.size > maxBytes ? tooLarge(job) : wait(job)));
    next();
  }

  function tooLarge(job) {
    const megabytes = (job.file.size / 1e6).toFixed(1);
    finish(job, "refused", "bad", `The file has ${megabytes} MB; at most ${maxBytes / 1e6} MB are accepted.` +
      " Make the picture smaller and upload it again.");
  }

  document.documentElement.classList.add("script");
  form.querySelector("button").hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("change", () => { take(input.files); input.value = ""; });
  tryAll.addEventListener("click", () => again(having("failed")));
  ["dragenter", "dragover"].forEach((name) => window.addEventListener(name, (event) => {
    if (event.dataTransfer.types.includes("Files")) drop.classList.add("over");
  }));
  window.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  window.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    if (event.dataTransfer.files.length) take(event.dataTransfer.files);
  });
})();
