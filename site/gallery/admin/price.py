"""What captions cost that a moderator has written again, said before it is done."""

from gallery import estimates, spending, spending_words
from gallery.models import Prompt


def lines(pictures: int) -> list[str]:
    """For so many pictures by the prompt that is active now, in sentences."""
    active = Prompt.objects.filter(active=True).first()
    return spending_words.price(estimates.estimate(pictures, active), spending.purse())


def problem() -> str:
    """Why no model can be asked, in a sentence; else ""."""
    return "" if estimates.may_be_paid() else spending_words.NO_PRICE
