"""What captions will cost, before anybody is asked."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from gallery.models import Annotation, Prompt
from processors import prompt as prompts
from processors.captioning import instructions
from processors.captioning.shell import MAX_PAID

RECENT = 200  # answers that an average is made of
LOOKED_AT = 10_000  # rows of the ledger that are looked through for them


@dataclass(frozen=True)
class Estimate:
    """USD for so many pictures: `about`, as the latest answers of the model cost, and `at_most`, which the budget
    guarantees. None: nobody knows, as there were no answers, or as there is no price."""

    pictures: int
    about: Decimal | None
    at_most: Decimal | None


def estimate(pictures: int, prompt: Prompt | None) -> Estimate:
    """For the captioner of this deployment and this prompt (none: without wishes)."""
    most = bound(prompt)
    if most is None:
        return Estimate(pictures, None, None)
    average = _average() if most else Decimal(0)
    return Estimate(pictures, None if average is None else average * pictures, most * MAX_PAID * pictures)


def bound(prompt: Prompt | None) -> Decimal | None:
    """The most that one request by this prompt can cost, and what is reserved for it; None where nobody knows."""
    price = settings.CAPTIONER.price
    asked = prompt_of(prompt)
    longest = instructions.longest(asked, asked.languages_or(settings.ANNOTATION_LANGUAGE))
    return None if price is None else price.bound(longest)


def may_be_paid() -> bool:
    """With a budget a model is asked only at a known price: without one each caption would fail."""
    return not settings.ANNOTATION_BUDGET_USD or settings.CAPTIONER.price is not None


def prompt_of(prompt: Prompt | None) -> prompts.Prompt:
    """As the processors have it."""
    if prompt is None:
        return prompts.Prompt()
    lists = (prompts.listed(prompt.vocabulary), prompts.listed(prompt.languages))
    return prompts.Prompt(prompt.pk, prompt.style, *lists, prompt.tell_name, prompt.tell_date)


def _average() -> Decimal | None:
    answered = [Annotation.Outcome.CAPTION, Annotation.Outcome.TRIAL]
    newest = Annotation.objects.order_by("-id").values_list("id", flat=True).first() or 0
    recent = Annotation.objects.filter(id__gt=newest - LOOKED_AT)
    rows = recent.filter(model=settings.CAPTIONER.model, outcome__in=answered, cost_usd__gt=0)
    costs = [row.cost_usd or Decimal(0) for row in rows.order_by("-id").only("cost_usd")[:RECENT]]
    return sum(costs, Decimal(0)) / len(costs) if costs else None
