from decimal import Decimal

import pytest

from gallery import estimates
from gallery.models import Annotation, Prompt
from processors.captioning.choice import OFFLINE, Choice
from processors.captioning.shell import MAX_PAID

pytestmark = pytest.mark.django_db
MODEL = "gemini-3.5-flash-lite"


@pytest.fixture(autouse=True)
def gemini(settings) -> None:
    settings.CAPTIONER = Choice("gemini", MODEL)


def answered(usd: str, **values) -> None:
    values = {"author": "model", "model": MODEL, "outcome": "caption", **values}
    Annotation.objects.create(cost_usd=Decimal(usd), **values)


def test_it_works():
    answered("0.001")
    answered("0.003", outcome="trial")
    answered("0", language="de")  # of the same answer, in another language
    answered("9", model="another")
    answered("9", outcome="cut off")
    found = estimates.estimate(10, None)
    assert (found.pictures, found.about) == (10, Decimal("0.02"))
    assert found.at_most == estimates.bound(None) * MAX_PAID * 10


def test_of_a_model_that_has_not_answered_lately_nobody_knows_what_is_usual(monkeypatch):
    answered("0.001")
    monkeypatch.setattr(estimates, "LOOKED_AT", 1)
    answered("0.001", model="another")
    assert estimates.estimate(1, None).about is None


def test_a_longer_prompt_is_bound_to_cost_more():
    long = Prompt(style="Write like a poet. " * 100, languages="en,de,fr")
    assert estimates.bound(long) > estimates.bound(None) > 0


def test_what_costs_nothing_and_what_nobody_knows(settings):
    settings.CAPTIONER = OFFLINE
    assert estimates.estimate(5, None) == estimates.Estimate(5, Decimal(0), Decimal(0))
    settings.CAPTIONER = Choice("openai", "unheard-of")
    assert estimates.estimate(5, None) == estimates.Estimate(5, None, None)
