"""What is done with prompts: one is made active, a used one is never changed."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gallery import languages
from gallery.estimates import Estimate
from gallery.models import Prompt
from processors.prompt import listed

MAX_LANGUAGES = 5


class Used(Exception):
    """The ledger may point to the prompt by now: it is not changed any more."""


class Wrong(Exception):
    """What somebody wrote can't be taken; the text says why, and what to write."""


def codes(words: str) -> str:
    """The codes of languages between commas, each in the usual spelling and once. Raises Wrong."""
    given = listed(words)
    for code in given:
        if not languages.is_code(code):
            raise Wrong(f"“{code}” is not the code of a language. Write codes like en, de or pt-BR, with commas.")
    found = list(dict.fromkeys(languages.normal(code) for code in given))
    if len(found) > MAX_LANGUAGES:
        raise Wrong(f"These are {len(found)} languages. At most {MAX_LANGUAGES} fit into one answer.")
    return ", ".join(found)


def change(prompt: Prompt, values: dict[str, Any]) -> None:
    """One UPDATE decides between this and a first use. Raises Used."""
    if not Prompt.objects.filter(pk=prompt.pk, used_at=None).update(**values):
        raise Used


@transaction.atomic
def delete(prompt: Prompt) -> None:
    """Raises Used."""
    lock()
    if not Prompt.objects.filter(pk=prompt.pk, used_at=None).exists():
        raise Used
    Prompt.objects.filter(pk=prompt.pk).delete()


@transaction.atomic
def activate(prompt: Prompt) -> bool:
    """New captions follow it from now on; False where they do already."""
    lock()
    if Prompt.objects.filter(pk=prompt.pk, active=True).exists():
        return False
    Prompt.objects.filter(active=True).update(active=None)  # first: the column is unique
    Prompt.objects.filter(pk=prompt.pk).update(active=True)
    use(prompt)
    return True


def use(prompt: Prompt) -> None:
    """From now on it is never changed."""
    Prompt.objects.filter(pk=prompt.pk, used_at=None).update(used_at=timezone.now())


def lock() -> None:
    """Within the transaction nobody else makes a prompt active, tries or deletes one. There are few, and always in the
    same order, so that no two wait for each other."""
    list(Prompt.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def without_model() -> bool:
    """Whether nobody is asked here, so that no prompt changes anything."""
    return settings.CAPTIONER.captioner == "offline"


def may_be_asked() -> bool:
    """With a budget a model is asked only at a known price."""
    return not without_model() and not (settings.ANNOTATION_BUDGET_USD and settings.CAPTIONER.price is None)


def price_words(estimate: Estimate) -> str:
    """What so many pictures will cost, in words for people."""
    model = settings.CAPTIONER.model
    if without_model():
        return "It costs nothing: no model is asked here."
    if settings.CAPTIONER.free:
        return f"It costs nothing: {model} runs without a key, and nobody can be charged for it."
    if estimate.at_most is None:
        return f"Nobody knows what it will cost: there is no price of {model}. CAPTION_PRICE can say it."
    at_most = f"at most {usd(estimate.at_most)}"
    if estimate.about is None:
        return f"It costs {at_most}. What it costs about is known after the first answers of {model}."
    return f"It costs about {usd(estimate.about)}, as the latest answers of {model} did, and {at_most}."


def usd(amount: Decimal | None) -> str:
    """An amount for people: two digits that say something at least."""
    if amount is None:
        return "nobody knows how much"
    places = 2 if amount >= 1 or not amount else min(8, 1 - amount.adjusted())
    return f"{amount:.{places}f} USD"
