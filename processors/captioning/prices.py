"""What a model's tokens cost: prices.toml, which has dates, as prices change."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from processors.captioning import Question

PLACES = Decimal("0.00000001")  # of a dollar, as the ledger has them
# Of a picture of 1024 px, where nobody knows the model: gpt-4o-mini takes 25,501 (OpenAI, "Images and vision"), and
# none that we know takes more.
UNKNOWN_IMAGE_TOKENS = 26_000


@dataclass(frozen=True)
class Price:
    """USD for a million tokens in and out, and what a picture of 1024 px counts at most."""

    into: Decimal
    out: Decimal
    image_tokens: int = UNKNOWN_IMAGE_TOKENS

    def cost(self, tokens_in: int | None, tokens_out: int | None) -> Decimal | None:
        """USD for one answer; None where the server did not say how many tokens it had."""
        if tokens_in is None or tokens_out is None:
            return None
        return self._of(tokens_in, tokens_out)

    def _of(self, tokens_in: int, tokens_out: int) -> Decimal:
        return ((tokens_in * self.into + tokens_out * self.out) / 1_000_000).quantize(PLACES, ROUND_UP)

    def bound(self, question: Question) -> Decimal:
        """The most that the request can cost. A token is a byte of UTF-8 at least; an answer has as many tokens as it
        may have."""
        said = f"{question.instructions}{question.data}{question.schema}".encode()
        return self._of(self.image_tokens + len(said), question.max_output_tokens)


def price(model: str, on: date | None = None) -> Price | None:
    """What the model costs on that day (UTC; today); None where the file does not say."""
    day = on or datetime.now(UTC).date()
    valid = [row for row in rows() if row["model"] == model and row["from"] <= day]
    if not valid:
        return None
    row = max(valid, key=lambda row: row["from"])
    return Price(Decimal(row["in"]), Decimal(row["out"]), row["image_tokens"])


@cache
def rows() -> list[dict[str, Any]]:
    """The file's rows, as it has them."""
    found: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("prices.toml").read_text())["price"]
    return found
