"""What writes captions: vision models by their clients (gemini.py, genai.py, openai.py), and offline.py, from the
pixels alone. What goes around every request to a model is in shell.py; a client builds a request and reads its
answer."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from processors.problems import Declined, NoCaption, Permanent, Retryable
from processors.prompt import Prompt

__all__ = ["Declined", "NoCaption", "Permanent", "Retryable"]  # beside what is defined here


class Outcome(StrEnum):
    """What came of a request, as the ledger calls it."""

    CAPTION = "caption"
    TRIAL = "trial"  # a caption, of a prompt that was tried
    CUT_OFF = "cut off"
    UNREADABLE = "unreadable"
    DECLINED = "declined"
    REFUSED = "refused"  # by the server, as by 429 and 503: it cost nothing
    UNKNOWN = "unknown"  # no answer came, and it may have been charged all the same


@dataclass(frozen=True)
class Words:
    """A caption in one language."""

    language: str
    caption: str
    alt_text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """A request and what it took (None: not known). `usd`: what it cost; None: what was reserved for it, if anything
    was. `text`: the words in the picture."""

    outcome: Outcome
    model: str
    language: str
    prompt_id: int | None = None
    prompt_version: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    usd: Decimal | None = None
    latency_ms: int | None = None
    text: str = ""

    def beside(self) -> "Request":
        """The same for a further language of its answer, which took nothing."""
        return replace(self, input_tokens=0, output_tokens=0, usd=Decimal(0), latency_ms=None)


@dataclass(frozen=True)
class Description:
    """What was said of a picture: in each language, the main one first, and the words in it."""

    words: tuple[Words, ...]
    text: str
    model: str
    prompt_id: int | None
    request: Request


@dataclass(frozen=True)
class Subject:
    """What is to be described: a JPEG of at most 1024 px without metadata, the size of the original in pixels, when
    it was taken by the camera's clock, its file's name, how to describe it, and the deployment's language."""

    jpeg: bytes
    width: int
    height: int
    taken: datetime | None
    name: str
    prompt: Prompt
    language: str

    @property
    def languages(self) -> tuple[str, ...]:
        """Of the answer, the main one first."""
        return self.prompt.languages_or(self.language)


class Purse(Protocol):
    """What the requests of one job may cost."""

    def reserve(self) -> None:
        """Before each request; raises `ledger.UsedUp` where the budget has no room, `ledger.TakenOver` where the lease
        is lost. Nothing where what is reserved was not used."""

    def settle(self, request: Request) -> None:
        """After each request that brought no caption, if it may have been charged."""

    def give_back(self) -> None:
        """At the end without a caption: what is reserved and was not used."""


class Captioner(Protocol):
    def describe(self, subject: Subject, purse: Purse) -> Description:
        """Raises Declined, Retryable or Permanent."""


# ---- between the shell and the clients


@dataclass(frozen=True)
class Question:
    """One request: instructions, what else the model is told (data that must not instruct it; may be ""), the picture,
    the JSON schema of the answer, and how many tokens it may have."""

    instructions: str
    data: str
    jpeg: bytes
    schema: dict[str, Any]
    max_output_tokens: int


class End(StrEnum):
    """Why a model stopped."""

    DONE = "done"
    CUT_OFF = "cut off"  # at max_output_tokens
    DECLINED = "declined"
    RECITED = "recited"  # it repeated what it had learnt; the next answer may be another


@dataclass(frozen=True)
class Answer:
    """What a model said. Tokens are None where the server does not tell; `output_tokens` with thoughts, as they are
    paid. `reason`: in the server's word, such as SAFETY, where it declined."""

    text: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    end: End = End.DONE
    reason: str = ""


class Failed(Exception):
    """The server answered with this HTTP status. `message`: its own words; they are looked at, and shown to nobody, as
    they may hold the key. `after`: the seconds that it asked to wait."""

    def __init__(self, status: int, message: str = "", after: float | None = None) -> None:
        super().__init__(f"HTTP {status}")
        self.status, self.message, self.after = status, message, after


class Lost(Exception):
    """It was sent, and no answer came."""


class Unreachable(Exception):
    """It could not be sent."""


class Client(Protocol):
    """`vendor`, `model_setting` and `key_help` are for messages: who it is, which variable names the model, and what a
    right key looks like."""

    vendor: str
    model: str
    model_setting: str
    key_help: str

    def ask(self, question: Question, seconds: float) -> Answer:
        """Raises Failed, Lost, Unreachable or TimeoutError; anything else means an answer that can't be read. It may
        take longer than `seconds`, or for ever: the shell does not wait."""
