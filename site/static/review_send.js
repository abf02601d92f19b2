// Sends one decision of the review, and reads what comes back: the page's parts, or a sentence about what went wrong.
"use strict";
const ReviewSend = (() => {
  const LOST = "It could not be sent: the connection was interrupted. Nothing is lost: try it again.";
  const NOT_SAVED = "The site did not save it. Nothing is lost: try it again; if that does not help, load the page anew.";
  const LOGGED_OUT = "You are not logged in any more. Log in in another tab, then try it again here: nothing is lost.";

  // Whoever logs in again in another tab gets another token, and the forms here still have the old one.
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

  async function send(address, data) {
    if (token()) data.set("csrfmiddlewaretoken", token());
    const headers = { "X-Requested-With": "XMLHttpRequest" };
    const body = new URLSearchParams(data);
    try {
      const answer = await fetch(address, { method: "POST", body, headers, keepalive: true });
      if (answer.redirected) return { problem: LOGGED_OUT };
      if (!answer.ok && answer.status !== 422) return { problem: NOT_SAVED };
      return { ok: answer.ok, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
    } catch {
      return { problem: LOST };
    }
  }

  return { send };
})();
