from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from gallery import spending
from gallery.models import Budget, Prompt
from gallery.work import paused, queue
from processors.captioning.choice import OFFLINE, Choice
from tests.site.gallery.rows import job, make

pytestmark = pytest.mark.django_db
NEXT_MONTH = timezone.now() + timedelta(days=9)


@pytest.fixture(autouse=True)
def gemini(settings):
    settings.CAPTIONER = Choice("gemini", "gemini-3.5-flash-lite")


@pytest.fixture
def bound(monkeypatch) -> None:
    """Each request reserves a cent; of the prompt "long" three."""
    monkeypatch.setattr(
        "gallery.estimates.bound", lambda prompt: Decimal("0.03" if prompt and prompt.name == "long" else "0.01")
    )


def waiting(count: int) -> None:
    for number in range(1, count + 1):
        make(number, annotation={"state": "paused", "due_at": NEXT_MONTH + timedelta(seconds=number)})


def spent(usd: str) -> None:
    Budget.objects.create(month=spending.this_month(), spent_usd=Decimal(usd))


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize(("limit", "resumed"), [("1", 0), ("1.025", 2), ("5", 3), ("0", 3), ("0.5", 0)])
def test_it_works(settings, limit, resumed):
    spent("1")
    waiting(3)
    settings.ANNOTATION_BUDGET_USD = Decimal(limit)
    assert paused.resume() == resumed
    assert len(queue.due("annotation", 9)) == resumed


@pytest.mark.usefixtures("bound")
def test_in_a_new_month_nothing_is_spent(settings):
    Budget.objects.create(month="2026-01", spent_usd=1)
    waiting(1)
    settings.ANNOTATION_BUDGET_USD = Decimal(1)
    assert paused.resume() == 1


@pytest.mark.usefixtures("bound")
def test_a_trial_reserves_by_its_own_prompt(settings):
    settings.ANNOTATION_BUDGET_USD = Decimal("0.02")
    image = make()
    image.jobs.create(
        kind="trial",
        state="paused",
        due_at=NEXT_MONTH,
        prompt=Prompt.objects.create(name="long"),
        started_at=NEXT_MONTH,
    )
    assert paused.resume() == 0
    settings.ANNOTATION_BUDGET_USD = Decimal("0.03")
    assert paused.resume() == 1
    assert job(image, "trial").due_at <= timezone.now()


def test_what_costs_nothing_goes_on(settings):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = OFFLINE, Decimal(1)
    spent("1")
    waiting(1)
    assert paused.resume() == 1


@pytest.mark.parametrize(("limit", "resumed"), [("1", 0), ("0", 1)])
def test_at_an_unknown_price_nothing_goes_on_that_would_only_fail(settings, limit, resumed):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("openai", "unheard-of"), Decimal(limit)
    waiting(1)
    assert paused.resume() == resumed


def test_some_at_a_time(monkeypatch):
    monkeypatch.setattr(paused, "AT_ONCE", 2)
    waiting(3)
    assert [paused.resume(), paused.resume(), paused.resume()] == [2, 1, 0]


def test_often_called_it_looks_now_and_then(monkeypatch):
    looks = []
    monkeypatch.setattr(paused, "resume", lambda: looks.append(1))
    maybe = paused.now_and_then()
    maybe()
    maybe()
    assert len(looks) == 1
