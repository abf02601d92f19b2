from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gallery import spending_words
from gallery.estimates import Estimate
from gallery.spending import Purse
from processors.captioning.choice import OFFLINE, Choice

GEMINI = Choice("gemini", "gemini-x")
BUDGET = Purse(Decimal(20), Decimal("12.5"))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "0.00 USD"),
        ("1234.5", "1,234.50 USD"),
        ("0.04161", "0.0416 USD"),
        ("0.000352", "0.000352 USD"),
        ("-2", "-2.00 USD"),
    ],
)
def test_it_works(amount, words):
    assert spending_words.usd(Decimal(amount)) == words


@pytest.mark.parametrize(
    ("captioner", "about", "at_most", "words"),
    [
        (GEMINI, "1", "4", "About 1.00 USD, as the latest captions cost, and at most 4.00 USD."),
        (GEMINI, None, "4", "At most 4.00 USD. gemini-x has answered nothing yet that says what is usual."),
        (GEMINI, None, None, "Nobody knows what gemini-x costs."),
        (Choice("openai", "llava", free=True), "0", "0", "It costs nothing: llava is free."),
        (OFFLINE, "0", "0", "It costs nothing: no model is asked."),
    ],
)
def test_what_it_will_cost(settings, captioner, about, at_most, words):
    settings.CAPTIONER = captioner
    estimate = Estimate(3, about and Decimal(about), at_most and Decimal(at_most))
    assert spending_words.cost(estimate).startswith(words)


@pytest.mark.parametrize(
    ("about", "at_most", "words"),
    [("1", "7.5", ""), ("1", "8", "That may not be enough."), (None, "8", "That may not"), ("8", "30", "That is not")],
)
def test_whether_the_budget_is_enough(about, at_most, words):
    estimate = Estimate(3, about and Decimal(about), Decimal(at_most))
    assert spending_words.enough(estimate, BUDGET)[: len(words) or None] == words
    assert spending_words.enough(estimate, Purse(Decimal(0), Decimal(9))) == ""


def test_what_is_left():
    assert spending_words.budget(BUDGET) == "This month's budget has 7.50 USD of 20.00 USD left."
    assert "no budget that bounds it" in spending_words.budget(Purse(Decimal(0), Decimal(9)))


def test_moment_and_progress():
    assert spending_words.moment(datetime(2026, 12, 1, tzinfo=UTC)) == "1 December 2026, 00:00 UTC"
    assert spending_words.progress(1200, 5000, "") == "1,200 of 5,000 pictures."
    assert spending_words.progress(0, 1, "No room.") == "0 of 1 picture. Paused: No room."
