"""Google Gemini by google-generativeai, with its traps closed: its own retry goes on for 600 s, its timeout counts
between bytes, `.text` raises on a blocked answer, and its exceptions hold the request with the key. What is done
instead stands at each place, and why it is used in docs/decisions/20261124-gemini-client.md."""

import threading
import time
import warnings
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import requests
from google.api_core import exceptions as google_errors
from urllib3.exceptions import ProtocolError

from processors.captioning import Caption, Declined, NoCaption, Outcome, Permanent, Request, Retryable, Subject
from processors.captioning.answer import Unreadable, read
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
# Thoughts count as well: reports name 44 to some 800 tokens of them, and a caption takes about 150.
MAX_OUTPUT_TOKENS = 4096
MAX_PAID = 2  # an answer that is of no use is asked for once more
_STOP, _MAX_TOKENS, _RECITATION = 1, 2, 4  # Candidate.FinishReason


class _Again(Retryable):
    """One request failed in a way that the next may not."""


class _Lost(_Again):
    """It was sent, and no answer came."""


class _Useless(Exception):
    """An answer that is of no use; `final`: what it comes to if the next is none, too."""

    def __init__(self, outcome: Outcome, final: NoCaption) -> None:
        super().__init__(str(final))
        self.outcome, self.final = outcome, final


class Gemini:
    """Asks one model. `deadline` bounds a whole `describe`, in seconds; the Lambda function has 150."""

    def __init__(self, key: str, model: str = "", endpoint: str = "", deadline: float = 90.0) -> None:
        model = model or DEFAULT_MODEL
        options = {"api_endpoint": endpoint} if endpoint else None
        genai.configure(api_key=key, transport="rest", client_options=options)
        self.name = model
        self.deadline = deadline
        config: Any = {"response_mime_type": "application/json", "response_schema": SCHEMA}
        config["max_output_tokens"] = MAX_OUTPUT_TOKENS
        self._model = genai.GenerativeModel(model, generation_config=config)

    def describe(self, subject: Subject) -> Caption:
        """At most three requests within the deadline, two of them paid; Retry-After is honoured as far as it fits.
        Raises Declined, Retryable or Permanent."""
        end, requests = time.monotonic() + self.deadline, list[Request]()
        try:
            return self._describe(subject, end, requests)
        except NoCaption as problem:
            problem.requests = tuple(requests)
            raise

    def _describe(self, subject: Subject, end: float, requests: list[Request]) -> Caption:
        problem: NoCaption
        for attempt in range(1, MAX_REQUESTS + 1):
            try:
                return self._request(subject, end, requests)
            except _Again as again:
                problem, pause = again, 0.5 * 2**attempt if again.after is None else again.after
            except _Useless as useless:
                problem, pause = useless.final, 0.0
            if attempt == MAX_REQUESTS or len(requests) >= MAX_PAID or time.monotonic() + pause >= end:
                break
            time.sleep(pause)
        raise problem

    def _request(self, subject: Subject, end: float, requests: list[Request]) -> Caption:
        """One; if it brings no caption and may have been charged, it is added to `requests`."""
        started, took = time.monotonic(), {}
        try:
            answer = self._ask(subject, end - started)
            took = self._took(answer, started)
            caption, alt_text, tags = _read(answer)
        except (_Lost, _Useless, Declined) as problem:
            outcome = {_Lost: Outcome.UNKNOWN, Declined: Outcome.DECLINED}.get(type(problem), Outcome.UNREADABLE)
            outcome = problem.outcome if isinstance(problem, _Useless) else outcome
            requests.append(Request(outcome, self.name, subject.language, PROMPT_VERSION, **took))
            raise
        said = (caption, alt_text, tags, subject.language, self.name, PROMPT_VERSION)
        return Caption(*said, **took, earlier=tuple(requests))

    def _took(self, answer: Any, started: float) -> dict[str, Any]:
        usage = answer.usage_metadata
        tokens_in, total = usage.prompt_token_count, usage.total_token_count
        latency = {"latency_ms": round((time.monotonic() - started) * 1000)}
        if not tokens_in:
            return latency  # it did not say
        # What the model thought is paid as output, and in this library only the total tells of it.
        tokens_out = max(usage.candidates_token_count, total - tokens_in)
        tokens = {"input_tokens": tokens_in, "output_tokens": tokens_out}
        return {**tokens, "cost_usd": cost(self.name, tokens_in, tokens_out), **latency}

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


def _read(answer: Any) -> tuple[str, str, tuple[str, ...]]:
    """Caption, alt text and tags, once the block reason and the finish reason allow it."""
    if answer.prompt_feedback.block_reason:
        raise Declined(f"Gemini declined the picture ({answer.prompt_feedback.block_reason.name}).")
    if not answer.candidates:
        raise Declined("Gemini gave no answer for this picture.")
    candidate = answer.candidates[0]
    reason = candidate.finish_reason
    if reason not in (0, _STOP, _MAX_TOKENS):
        declined = Declined(f"Gemini declined the picture ({getattr(reason, 'name', reason)}).")
        raise _Useless(Outcome.DECLINED, declined) if reason == _RECITATION else declined
    said = "".join(part.text for part in candidate.content.parts)
    try:
        return read(said)
    except Unreadable:
        problem = _useless(said, cut_off=reason == _MAX_TOKENS)
    raise problem


def _useless(said: str, cut_off: bool) -> _Useless:
    if cut_off:
        return _Useless(Outcome.CUT_OFF, Permanent("Gemini's answer was cut off, and so was the next."))
    what = "was not the JSON that it was asked for" if said.strip() else "was empty"
    return _Useless(Outcome.UNREADABLE, Permanent(f"Gemini's answer {what}, and the next was of no use either."))


def _problem(error: Exception) -> Exception:
    if isinstance(error, (TimeoutError, requests.exceptions.ReadTimeout)):
        return _Lost("Gemini did not answer in time.")
    if isinstance(error, requests.exceptions.RequestException):
        if any(isinstance(part, ProtocolError) for part in error.args):  # urllib3: after it was sent
            return _Lost("The connection to Gemini broke off before its answer was here.")
        return _Again("Gemini could not be reached. Is there a way out to the internet (NAT)?")
    if not isinstance(error, google_errors.GoogleAPICallError):
        words = f"Gemini's answer could not be read ({type(error).__name__}), and the next was of no use either."
        return _Useless(Outcome.UNREADABLE, Permanent(words))
    status, after = int(error.code or 0), _retry_after(error)
    if status == 429:
        return _Again("Gemini's rate limit or quota is used up for now (429).", after)
    if status >= 500 or status in (0, 408):
        return _Again(f"Gemini has a problem of its own ({status}).", after)
    if status == 400:
        return Permanent(_why_400(str(error.message).lower()))
    return Permanent(_FIXES.get(status, f"Gemini refused the request ({status})."))


def _why_400(message: str) -> str:
    """Google says 400 for a key that it does not know, for a country, for a picture and for a model. Its own words are
    not passed on: they may hold the key."""
    if "api key" in message or "api_key" in message:
        return _FIXES[401]
    if "location is not supported" in message or "not available in your country" in message:
        return _REGION
    if "process input image" in message or "image is not valid" in message:
        return _PICTURE
    return _FIXES[400]


_KEYS = "Keys begin with AIza or, those of AI Studio since 2026, with AQ."
_REGION = (
    "Gemini may not be used from the region where this service runs (400). Have it run in another region, or let the"
    " annotation go through a network address of one where Gemini is offered."
)
_PICTURE = "Gemini could not read this picture (400). Others are not affected; write its caption by hand."
_FIXES = {
    400: "Gemini did not accept the request (400). Does the model of GEMINI_MODEL take pictures?",
    401: f"Gemini did not accept the API key. Put a valid key in place. {_KEYS}",
    403: f"Gemini did not allow the request (403). Is the API key valid? May its project use the Gemini API? {_KEYS}",
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
