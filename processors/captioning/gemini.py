"""Google Gemini by google-generativeai, with its traps closed: its own retry goes on for 600 s, its timeout counts
between bytes, `.text` raises on a blocked answer, and its exceptions hold the request with the key. What is done
instead stands at each place, and why it is used in docs/decisions/20261124-gemini-client.md."""

import json
import re
import threading
import time
import warnings
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import requests
from google.api_core import exceptions as google_errors

from processors.captioning import Caption, Declined, Permanent, Retryable, Subject
from processors.captioning.prices import cost

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # "support has ended" at every import; the decision record says why it is used
    import google.generativeai as genai

DEFAULT_MODEL = "gemini-3.5-flash-lite"
PROMPT_VERSION = "1"
MAX_REQUESTS = 3
PROMPT = (
    "Describe this picture for somebody who looks through a photo gallery, in the language with the code"
    " '{language}'. caption: one or two plain sentences about what is to be seen; do not begin with 'This image"
    " shows' or the like. alt_text: one short phrase for people who can't see it. tags: up to ten single words or"
    " short terms, lower case. Do not name people. Do not guess what can't be seen."
)
SCHEMA = {
    "type": "object",
    "properties": {
        "caption": {"type": "string"},
        "alt_text": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["caption", "alt_text", "tags"],
}
_STOP, _MAX_TOKENS = 1, 2  # Candidate.FinishReason
_UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class _Again(Retryable):
    """One request failed in a way that the next may not."""


class Gemini:
    """Asks one model. `deadline` bounds a whole `describe`, in seconds; the Lambda function has 150."""

    def __init__(self, key: str, model: str = "", endpoint: str = "", deadline: float = 90.0) -> None:
        model = model or DEFAULT_MODEL
        options = {"api_endpoint": endpoint} if endpoint else None
        genai.configure(api_key=key, transport="rest", client_options=options)
        self.name = model
        self.deadline = deadline
        config: Any = {"response_mime_type": "application/json", "response_schema": SCHEMA}
        self._model = genai.GenerativeModel(model, generation_config=config)

    def describe(self, subject: Subject) -> Caption:
        """At most three requests within the deadline; Retry-After is honoured as far as it fits.
        Raises Declined, Retryable or Permanent."""
        started = time.monotonic()
        end = started + self.deadline
        for attempt in range(1, MAX_REQUESTS + 1):
            try:
                answer = self._ask(subject, end - time.monotonic())
                return self._caption(answer, subject.language, time.monotonic() - started)
            except _Again as again:
                pause = again.after if again.after is not None else 0.5 * 2**attempt
                if attempt == MAX_REQUESTS or time.monotonic() + pause >= end:
                    raise
                time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _ask(self, subject: Subject, seconds: float) -> Any:
        """The answer, or TimeoutError after `seconds`; the thread is left to end by itself. The library's exceptions
        become ours, raised behind the `except`: not even their context leads to the library's, which holds the key."""
        picture = {"mime_type": "image/jpeg", "data": subject.jpeg}
        options: Any = {"retry": None, "timeout": seconds}
        content = [PROMPT.format(language=subject.language), picture]
        answer: Future[Any] = Future()

        def call() -> None:
            try:
                answer.set_result(self._model.generate_content(content, request_options=options))
            except Exception as error:
                answer.set_exception(error)

        threading.Thread(target=call, daemon=True, name="gemini").start()
        try:
            return answer.result(max(seconds, 0.01))
        except Exception as error:
            problem = _problem(error)
        raise problem

    def _caption(self, answer: Any, language: str, seconds: float) -> Caption:
        text = _text(answer)
        try:
            content = json.loads(text)
            caption, alt_text, tags = _clean(content)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Retryable("Gemini's answer was not the JSON that it was asked for.") from None
        if not caption:
            raise Declined("Gemini gave an empty caption.")
        usage = answer.usage_metadata
        tokens_in = usage.prompt_token_count
        # What the model thought is paid as output, and in this library only the total tells of it.
        tokens_out = max(usage.candidates_token_count, usage.total_token_count - tokens_in)
        took = (tokens_in, tokens_out, cost(self.name, tokens_in, tokens_out), round(seconds * 1000))
        return Caption(caption, alt_text or caption[:500], tags, language, self.name, PROMPT_VERSION, *took)


def _text(answer: Any) -> str:
    """The answer's text, once the block reason and the finish reason allow it."""
    if answer.prompt_feedback.block_reason:
        raise Declined(f"Gemini declined the picture ({answer.prompt_feedback.block_reason.name}).")
    if not answer.candidates:
        raise Declined("Gemini gave no answer for this picture.")
    candidate = answer.candidates[0]
    if candidate.finish_reason == _MAX_TOKENS:
        raise Retryable("Gemini's answer was cut off.")
    if candidate.finish_reason not in (0, _STOP):
        name = getattr(candidate.finish_reason, "name", candidate.finish_reason)
        raise Declined(f"Gemini declined the picture ({name}).")
    text = "".join(part.text for part in candidate.content.parts)
    if not text.strip():
        raise Declined("Gemini gave an empty answer for this picture.")
    return text


def _clean(content: dict[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    """Caption, alt text and tags as the columns can hold them."""
    tags = dict.fromkeys(_line(str(tag).lower(), 50) for tag in content["tags"])
    names = tuple(name for name in tags if name)[:10]
    return _line(content["caption"], 1000), _line(content["alt_text"], 500), names


def _line(text: str, length: int) -> str:
    """One line without what no database stores: control characters and halves of surrogate pairs."""
    return _UNSTORABLE.sub("", " ".join(text.split()))[:length].strip()


def _problem(error: Exception) -> Exception:
    if isinstance(error, (TimeoutError, requests.exceptions.Timeout)):
        return Retryable("Gemini did not answer in time.")
    if isinstance(error, requests.exceptions.RequestException):
        return _Again("Gemini could not be reached. Is there a way out to the internet (NAT)?")
    if not isinstance(error, google_errors.GoogleAPICallError):
        return Retryable(f"Gemini's answer could not be read ({type(error).__name__}).")
    status, after = int(error.code or 0), _retry_after(error)
    if status == 429:
        return _Again("Gemini's rate limit or quota is used up for now (429).", after)
    if status >= 500 or status in (0, 408):
        return _Again(f"Gemini has a problem of its own ({status}).", after)
    if status == 400 and "API key" in str(error.message):
        status = 401  # Google says 400 for a key that it does not know
    return Permanent(_FIXES.get(status, f"Gemini refused the request ({status})."))


_FIXES = {
    400: "Gemini did not accept the request (400). Does the model of GEMINI_MODEL take pictures?",
    401: "Gemini did not accept the API key. Put a valid key in place.",
    403: "Gemini did not allow the request (403). Is the API key valid, and may its project use the Gemini API?",
    404: "Gemini does not know this model (404). Set GEMINI_MODEL to one that exists.",
}


def _retry_after(error: google_errors.GoogleAPICallError) -> float | None:
    """Seconds to wait, as the server wishes: Retry-After (RFC 9110, 10.2.3; a date there counts as not given), or the
    google.rpc.RetryInfo that Gemini puts into the body ("37s")."""
    headers = getattr(error.response, "headers", None) or {}
    wishes = [headers.get("Retry-After", "")]
    wishes += [str(detail.get("retryDelay", "")) for detail in error.details or () if isinstance(detail, dict)]
    for wish in wishes:
        with suppress(ValueError):
            return max(0.0, float(wish.removesuffix("s")))
    return None
