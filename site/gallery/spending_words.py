"""Money in words for people."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.template.defaultfilters import pluralize
from django.utils.formats import date_format

from gallery.estimates import Estimate
from gallery.spending import Purse

NO_PRICE = "There is a budget for captions: a model is asked only at a known price. Set CAPTION_PRICE first."


def usd(amount: Decimal) -> str:
    """With as many places as say something: 12.30, 0.0416, 0.000352."""
    places = 2 if amount == 0 or abs(amount) >= 1 else 4 if abs(amount) >= Decimal("0.01") else 6
    return f"{amount:,.{places}f} USD"


def pictures(count: int) -> str:
    return f"{count:,} picture{pluralize(count)}"


def moment(when: datetime) -> str:
    """UTC: "1 December 2026, 00:00 UTC"."""
    return f"{date_format(when, 'j F Y, H:i')} UTC"


def cost(estimate: Estimate) -> str:
    """What so many pictures will cost, in a sentence."""
    model = settings.CAPTIONER.model
    if estimate.at_most is None:
        return f"Nobody knows what {model} costs. Say it by CAPTION_PRICE (USD for a million tokens in and out)."
    if not estimate.at_most:
        words = "no model is asked" if settings.CAPTIONER.captioner == "offline" else f"{model} is free"
        return f"It costs nothing: {words}."
    if estimate.about is None:
        return f"At most {usd(estimate.at_most)}. {model} has answered nothing yet that says what is usual."
    return f"About {usd(estimate.about)}, as the latest captions cost, and at most {usd(estimate.at_most)}."


def budget(purse: Purse) -> str:
    """What is left of this month's, in a sentence."""
    if purse.left is None:
        return "There is no budget that bounds it: ANNOTATION_BUDGET_USD is 0."
    return f"This month's budget has {usd(purse.left)} of {usd(purse.limit)} left."


def enough(estimate: Estimate, purse: Purse) -> str:
    """A warning where the budget may end before the pictures do; else ""."""
    if purse.left is None or estimate.at_most is None or estimate.at_most <= purse.left:
        return ""
    likely = estimate.about is not None and estimate.about > purse.left
    begin = "That is not enough" if likely else "That may not be enough"
    return f"{begin}. What it has no room for waits, and goes on by itself with the next month or a higher budget."


def lines(estimate: Estimate, purse: Purse) -> list[str]:
    """What is said of pictures before their captions are written again."""
    if not estimate.pictures:
        return ["No picture has such a caption."]
    return [f"{pictures(estimate.pictures)}.", *price(estimate, purse)]


def price(estimate: Estimate, purse: Purse) -> list[str]:
    """What they cost, and what the budget says to that, in sentences."""
    said = [cost(estimate)]
    return said if estimate.at_most == 0 else [*said, *filter(None, [budget(purse), enough(estimate, purse)])]


def progress(settled: int, of: int, why_paused: str) -> str:
    """How far a run is."""
    return f"{settled:,} of {pictures(of)}.{' Paused: ' if why_paused else ''}{why_paused}"
