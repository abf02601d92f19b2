"""What is done with prompts: one is made active, a used one is never changed."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gallery import languages
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
