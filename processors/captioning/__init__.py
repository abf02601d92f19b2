"""What asks for a caption: `gemini` (a vision model) and `offline` (the pixels alone), behind one interface."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What came of a request that was sent, as the ledger calls it."""

    CAPTION = "caption"
    CUT_OFF = "cut off"
    UNREADABLE = "unreadable"
    DECLINED = "declined"
    UNKNOWN = "unknown"  # no answer came, and it may have been charged all the same


@dataclass(frozen=True)
class Request:
    """A request that brought no caption, and what it took (None: not known)."""

    outcome: Outcome
    model: str
    language: str
    prompt_version: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: Decimal | None = None
    latency_ms: int | None = None
    caption: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()


class NoCaption(Exception):
    """`requests`: those that were sent for it, for the ledger."""

    requests: tuple[Request, ...] = ()


class Declined(NoCaption):
    """The model refused the picture. Moderators see it; nobody tries again by itself."""


class Retryable(NoCaption):
    """It did not work now; a later try may. `after`: the seconds that the server asked to wait, if it did."""

    def __init__(self, words: str, after: float | None = None) -> None:
        super().__init__(words)
        self.after = after


class Permanent(NoCaption):
    """It will not work until somebody changes something; the text says what."""


@dataclass(frozen=True)
class Subject:
    """What is to be described: a JPEG of at most 1024 px without metadata, the size of the original in pixels, when
    it was taken by the camera's clock, and the language of the answer."""

    jpeg: bytes
    width: int
    height: int
    taken: datetime | None
    language: str


@dataclass(frozen=True)
class Caption:
    """A description and what it took: tokens, USD (None: price unknown) and milliseconds."""

    caption: str
    alt_text: str
    tags: tuple[str, ...]
    language: str
    model: str
    prompt_version: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: Decimal | None = None
    latency_ms: int | None = None
    earlier: tuple[Request, ...] = ()  # that were sent before the one which brought it
    outcome: Outcome = Outcome.CAPTION


class Captioner(Protocol):
    def describe(self, subject: Subject) -> Caption:
        """Raises Declined, Retryable or Permanent."""
