"""What goes around every request to a model, whichever its client: the deadline, few retries, the reservation of each
request, and errors in words. No client can be trusted with these: google-generativeai repeats a 503 for 600 s, and all
of them count a timeout from byte to byte."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from processors.captioning import (
    Answer,
    Client,
    Declined,
    Description,
    End,
    Failed,
    Lost,
    NoCaption,
    Outcome,
    Permanent,
    Purse,
    Question,
    Request,
    Retryable,
    Subject,
    Unreachable,
    instructions,
    words,
)
from processors.captioning.answer import Unreadable, read
from processors.captioning.prices import Price

DEADLINE = 90.0  # seconds for all requests of one try; the Lambda function has 150
MAX_REQUESTS = 3
MAX_PAID = 2  # an answer that is of no use is asked for once more


class _Again(Exception):
    """This request brought nothing; the next may. `final`: what it comes to if there is none; `pause`: seconds until
    then, None: as usual."""

    def __init__(self, final: NoCaption, pause: float | None, *, paid: bool) -> None:
        super().__init__(str(final))
        self.final, self.pause, self.paid = final, pause, paid


@dataclass(frozen=True)
class Model:
    """A captioner that asks one model. `price`: of today, None where nobody knows it. `deadline`: seconds for a whole
    `describe`."""

    client: Client
    price: Callable[[], Price | None]
    deadline: float = DEADLINE

    def describe(self, subject: Subject, purse: Purse) -> Description:
        """At most three requests within the deadline, two of them paid; Retry-After is honoured as far as it fits.
        Raises Declined, Retryable or Permanent, and what `purse.reserve` raises. What was refused is given back;
        anything else that goes wrong leaves its reservation, as the request may have been charged."""
        end, paid, problem = time.monotonic() + self.deadline, 0, NoCaption()
        for attempt in range(1, MAX_REQUESTS + 1):
            purse.reserve()
            try:
                return self._request(subject, purse, end)
            except _Again as again:
                problem, paid = again.final, paid + again.paid
                pause = 0.5 * 2**attempt if again.pause is None else again.pause
            except Permanent:
                purse.give_back()
                raise
            if attempt == MAX_REQUESTS or paid >= MAX_PAID or time.monotonic() + pause >= end:
                break
            time.sleep(pause)
        purse.give_back()
        raise problem

    def _request(self, subject: Subject, purse: Purse, end: float) -> Description:
        """One. If it brings no caption and may have been charged, it is settled."""
        started = time.monotonic()
        try:
            answer = self._ask(instructions.question(subject), end - started)
        except _Again as again:
            if again.paid:
                purse.settle(self._took(subject, Outcome.UNKNOWN, None, started))
            raise
        try:
            said, text = _read(answer, subject.languages, self.client.vendor)
        except (_Again, Declined) as problem:
            purse.settle(self._took(subject, _outcome(answer), answer, started))
            raise problem
        request = self._took(subject, Outcome.CAPTION, answer, started, text)
        return Description(said, text, self.client.model, subject.prompt.id, request)

    def _took(
        self, subject: Subject, outcome: Outcome, answer: Answer | None, started: float, text: str = ""
    ) -> Request:
        tokens_in, tokens_out = (answer.input_tokens, answer.output_tokens) if answer else (None, None)
        price = self.price()
        usd = None if price is None else price.cost(tokens_in, tokens_out)
        latency = round((time.monotonic() - started) * 1000)
        which = (self.client.model, subject.languages[0], subject.prompt.id, instructions.VERSION)
        return Request(outcome, *which, tokens_in, tokens_out, usd, latency, text)

    def _ask(self, question: Question, seconds: float) -> Answer:
        """The answer, or _Again or Permanent; the thread is left to end by itself. What the client raises becomes ours
        behind the `except`: not even its context leads to the client's exception, which may hold the key."""
        answer: Future[Answer] = Future()

        def call() -> None:
            try:
                answer.set_result(self.client.ask(question, seconds))
            except Exception as error:
                answer.set_exception(error)

        threading.Thread(target=call, daemon=True, name="captioner").start()
        try:
            return answer.result(max(seconds, 0.01))
        except Exception as error:
            problem = self._problem(error)
        raise problem

    def _problem(self, error: Exception) -> Exception:
        vendor = self.client.vendor
        if isinstance(error, TimeoutError):
            return _Again(Retryable(f"{vendor} did not answer in time."), None, paid=True)
        if isinstance(error, Lost):
            return _Again(
                Retryable(f"The connection to {vendor} broke off before its answer was here."), None, paid=True
            )
        if isinstance(error, Unreachable):
            return _Again(Retryable(words.unreachable(self.client)), None, paid=False)
        if not isinstance(error, Failed):
            text = f"{vendor}'s answer could not be read ({type(error).__name__}), and the next was of no use either."
            return _Again(Permanent(text), 0.0, paid=True)
        if error.status == 504:  # a gateway's word: the model behind it may have answered, and be paid
            return _Again(Retryable(f"{vendor} did not answer in time (504)."), None, paid=True)
        if error.status == 429:
            text = f"{vendor}'s rate limit or quota is used up for now (429)."
        elif error.status >= 500 or error.status in (0, 408):
            text = f"{vendor} has a problem of its own ({error.status})."
        else:
            return Permanent(words.refused(self.client, error))
        return _Again(Retryable(text, error.after), error.after, paid=False)


def _read(answer: Answer, languages: tuple[str, ...], vendor: str) -> tuple[Any, str]:
    """The captions and the words in the picture; _Again or Declined."""
    if answer.end in (End.DECLINED, End.RECITED):
        declined = Declined(f"{vendor} declined the picture ({answer.reason or 'it did not say why'}).")
        raise _Again(declined, 0.0, paid=True) if answer.end == End.RECITED else declined
    try:
        return read(answer.text, languages)
    except Unreadable:
        problem = _useless(answer, vendor)
    raise problem


def _useless(answer: Answer, vendor: str) -> _Again:
    if answer.end == End.CUT_OFF:
        return _Again(Permanent(f"{vendor}'s answer was cut off, and so was the next."), 0.0, paid=True)
    what = "was not the JSON that it was asked for" if answer.text.strip() else "was empty"
    return _Again(Permanent(f"{vendor}'s answer {what}, and the next was of no use either."), 0.0, paid=True)


def _outcome(answer: Answer) -> Outcome:
    """Of an answer without a caption."""
    if answer.end in (End.DECLINED, End.RECITED):
        return Outcome.DECLINED
    return Outcome.CUT_OFF if answer.end == End.CUT_OFF else Outcome.UNREADABLE


def seconds_of(*wishes: Any) -> float | None:
    """The first that is a number of seconds: Retry-After (RFC 9110, 10.2.3; a date there counts as not given), or the
    retryDelay of google.rpc.RetryInfo, which Gemini puts into the body ("37s")."""
    for wish in wishes:
        try:
            return max(0.0, float(str(wish).removesuffix("s")))
        except ValueError:
            continue
    return None
