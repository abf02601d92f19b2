from decimal import Decimal

import pytest

from gallery import prompts
from gallery.models import Prompt
from processors.captioning.choice import OFFLINE, Choice
from tests.site.gallery.rows import active, prompt

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "expected"), [("", ""), ("EN, de,en , PT-br,", "en, de, pt-BR"), ("zh-hant", "zh-Hant")]
)
def test_codes(words, expected):
    assert prompts.codes(words) == expected


@pytest.mark.parametrize(
    ("words", "problem"), [("en, german", "“german” is not"), ("a1", "is not"), ("en,de,fr,it,es,pt", "6 languages")]
)
def test_codes_that_can_not_be_taken(words, problem):
    with pytest.raises(prompts.Wrong, match=problem):
        prompts.codes(words)


def test_one_is_active():
    before, dry = active(), prompt()
    assert prompts.activate(dry)
    assert list(Prompt.objects.filter(active=True)) == [dry]
    assert active().used_at
    assert not prompts.activate(dry)
    assert prompts.activate(before)


def test_activating_again_keeps_when_it_was_used_first():
    dry, before = prompt(), active()
    prompts.activate(dry)
    first = active().used_at
    prompts.activate(before), prompts.activate(dry)
    assert active().used_at == first


def test_a_used_one_is_neither_changed_nor_deleted():
    """Whatever the page showed that somebody had open."""
    dry = prompt(style="Dry.")
    prompts.change(dry, {"style": "Drier."})
    prompts.use(dry)
    with pytest.raises(prompts.Used):
        prompts.change(dry, {"style": "Wet."})
    with pytest.raises(prompts.Used):
        prompts.delete(dry)
    dry.refresh_from_db()
    assert dry.style == "Drier."


def test_an_unused_one_is_deleted():
    prompts.delete(prompt())
    assert not Prompt.objects.filter(name="Dry").exists()


def test_with_a_budget_nobody_is_asked_at_an_unknown_price(settings):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("openai", "qwen"), Decimal(0)
    assert prompts.may_be_asked()
    settings.ANNOTATION_BUDGET_USD = Decimal(5)
    assert not prompts.may_be_asked()
    settings.CAPTIONER = OFFLINE
    assert not prompts.may_be_asked()
