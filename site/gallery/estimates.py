"""What captions will cost, before anybody is asked."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from gallery.models import Annotation, Prompt
from processors import prompt as prompts
from processors.captioning import instructions
from processors.captioning.shell import MAX_PAID

RECENT = 200  # answers that an average is made of


@dataclass(frozen=True)
class Estimate:
    """USD for so many pictures: `about`, as the latest answers of the model cost, and `at_most`, which the budget
    guarantees. None: nobody knows, as there were no answers, or as there is no price."""

    pictures: int
    about: Decimal | None
    at_most: Decimal | None


def estimate(pictures: int, prompt: Prompt | None) -> Estimate:
    """For the captioner of this deployment and this prompt (none: without wishes)."""
    price = settings.CAPTIONER.price
    if price is None:
        return Estimate(pictures, None, None)
    asked = prompt_of(prompt)
    bound = price.bound(instructions.longest(asked, asked.languages or (settings.ANNOTATION_LANGUAGE,)))
    average = Decimal(0) if settings.CAPTIONER.free else _average()
    return Estimate(pictures, None if average is None else average * pictures, bound * MAX_PAID * pictures)


def prompt_of(prompt: Prompt | None) -> prompts.Prompt:
    """As the processors have it."""
    if prompt is None:
        return prompts.Prompt()
    lists = (prompts.listed(prompt.vocabulary), prompts.listed(prompt.languages))
    return prompts.Prompt(prompt.pk, prompt.style, *lists, prompt.tell_name, prompt.tell_date)


def _average() -> Decimal | None:
    answered = [Annotation.Outcome.CAPTION, Annotation.Outcome.TRIAL]
    rows = Annotation.objects.filter(model=settings.CAPTIONER.model, outcome__in=answered, cost_usd__gt=0)
    costs = [row.cost_usd or Decimal(0) for row in rows.order_by("-id").only("cost_usd")[:RECENT]]
    return sum(costs, Decimal(0)) / len(costs) if costs else None
