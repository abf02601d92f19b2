"""Whether a reviewer can ask the model again, and what that costs."""

from dataclasses import dataclass
from typing import Any

from gallery import estimates, spending_words
from gallery.models import Prompt

NOT_ALLOWED = "Your account may not ask the model."


@dataclass(frozen=True)
class Asking:
    """`price`: of one caption, in a word or two. `why_not`: a sentence; "" where the model can be asked."""

    price: str
    why_not: str


def asking(person: Any) -> Asking:
    """For this person, by the prompt that is active now."""
    if not person.has_perm("gallery.run_again"):
        return Asking("", NOT_ALLOWED)
    if not estimates.may_be_paid():
        return Asking("", spending_words.NO_PRICE)
    return Asking(_price(estimates.estimate(1, Prompt.objects.filter(active=True).first())), "")


def _price(one: estimates.Estimate) -> str:
    if one.at_most is None:
        return "price not known"
    if not one.at_most:
        return "free"
    return spending_words.usd(one.about) if one.about is not None else f"at most {spending_words.usd(one.at_most)}"
