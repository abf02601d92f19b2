"""What tokens cost, and from which day on."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from processors.captioning import instructions, prices
from processors.captioning.prices import Price, price
from processors.ledger import Prompt

LITE = Price(Decimal("0.30"), Decimal("2.50"), 1120)


def test_it_works():
    assert price("gemini-3.5-flash-lite", date(2026, 11, 25)) == LITE
    assert LITE.cost(1220, 60) == Decimal("0.000516")


@pytest.mark.parametrize(
    ("day", "into"), [(date(2026, 12, 31), "0.75"), (date(2027, 1, 1), "1.50"), (date(2027, 6, 1), "1.50")]
)
def test_a_price_holds_from_its_day_on(day, into):
    assert price("gemini-3.8-flash", day).into == Decimal(into)


def test_todays_is_that_of_utc(monkeypatch):
    class Clock:
        @staticmethod
        def now(zone):
            assert zone is UTC
            return datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC)

    monkeypatch.setattr(prices, "datetime", Clock)
    assert price("gemini-3.8-flash").out == Decimal("7.50")


def test_nobody_knows():
    assert price("gemini-99") is None
    assert price("gemini-3.8-flash", date(2020, 1, 1)) is None
    assert (LITE.cost(None, 60), LITE.cost(1220, None)) == (None, None)


def test_a_part_of_the_smallest_amount_is_rounded_up():
    """Else many small requests would cost more than the ledger has."""
    assert Price(Decimal("0.001"), Decimal(0)).cost(1, 0) == Decimal("0.00000001")


def test_the_file():
    for row in prices.rows():
        assert set(row) == {"model", "from", "in", "out", "image_tokens"}
        assert Decimal(row["in"]) > 0
        assert Decimal(row["out"]) > 0
    names = [(row["model"], row["from"]) for row in prices.rows()]
    assert len(set(names)) == len(names)


def test_bound():
    """A token is a byte at least, so no request costs more than this."""
    question = instructions.longest(Prompt(), ("de",))
    said = len(f"{question.instructions}{question.data}{question.schema}".encode())
    assert LITE.bound(question) == LITE.cost(1120 + said, instructions.MAX_OUTPUT_TOKENS)
    in_chinese = instructions.longest(Prompt(style="简短地写。" * 100), ("zh",))
    assert LITE.bound(in_chinese) > LITE.bound(question)


def test_what_costs_nothing_has_no_bound():
    assert Price(Decimal(0), Decimal(0)).bound(instructions.longest(Prompt(), ("en",))) == 0
