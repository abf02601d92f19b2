"""What asks for a caption: `gemini` (a vision model) and `offline` (the pixels alone), behind one interface."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol


class Declined(Exception):
    """The model refused the picture. Moderators see it; nobody tries again by itself."""


class Retryable(Exception):
    """It did not work now; a later try may. `after`: the seconds that the server asked to wait, if it did."""

    def __init__(self, words: str, after: float | None = None) -> None:
        super().__init__(words)
        self.after = after


class Permanent(Exception):
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


class Captioner(Protocol):
    def describe(self, subject: Subject) -> Caption:
        """Raises Declined, Retryable or Permanent."""
