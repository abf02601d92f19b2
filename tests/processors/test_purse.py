"""What an annotation costs, from its claim to its end: with a model that does as it is told."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from gallery.models import Annotation, Budget, Image, Job, Prompt
from processors import annotation, job, ledger, prompt
from processors.captioning import Answer, Failed, Lost, instructions, shell
from processors.captioning.choice import Choice
from processors.captioning.prices import Price
from processors.images.check import Busy, Limits, Refused
from tests import pictures
from tests.processors.test_job import UPLOAD, Memory

pytestmark = pytest.mark.django_db
GOOD = Answer('{"caption": "A cat.", "alt_text": "Cat", "tags": ["cat"], "text": "MEOW"}', 1000, 100)
USELESS = Answer("Sure!", 1000, 50)
PRICE = Price(Decimal("1"), Decimal("10"), 1000)  # GOOD costs 0.002, USELESS 0.0015
COST, WASTED = Decimal("0.002"), Decimal("0.0015")


class Told:
    """A client that says what it was told, one after the other, and what had been reserved before."""

    vendor, model, model_setting, key_help = "Told", "told-1", "TOLD_MODEL", ""

    def __init__(self, *answers):
        self.answers, self.questions, self.reserved = list(answers), [], []

    def ask(self, question, seconds):
        self.questions.append(question)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def annotate(told, budget=0, given=PRICE, atomic=transaction.atomic):
    objects = Memory(**{UPLOAD.key: pictures.jpeg(exif=pictures.exif(6))})
    model = shell.Model(told, lambda: given)
    choice = Choice("told", "told-1", price_given=given)
    resources = job.Resources(
        objects,
        connection,
        Limits(),
        lambda: model,
        choice,
        Decimal(budget),
        transaction=lambda _: atomic(),
    )
    return annotation.process(UPLOAD, resources)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(shell.time, "sleep", lambda seconds: None)


def its():
    return Job.objects.get(kind="annotation")


def outcomes():
    rows = list(Annotation.objects.order_by("id").values_list("outcome", "cost_usd"))
    assert sum(cost for _, cost in rows) == sum(Budget.objects.values_list("spent_usd", flat=True))
    return rows


def test_it_works():
    assert annotate(Told(GOOD), budget=1) == "done"
    image = Image.objects.get()
    assert (image.caption, image.text, image.captioned_by) == ("A cat.", "MEOW", "told-1")
    assert image.prompt == Prompt.objects.get(active=True)
    assert outcomes() == [("caption", COST)]
    assert Annotation.objects.get().prompt_id == image.prompt_id


def test_useless_answer_is_paid_and_the_next_reserves_anew():
    assert annotate(Told(USELESS, GOOD), budget=1) == "done"
    assert outcomes() == [("unreadable", WASTED), ("caption", COST)]


def test_refused_requests_share_a_reservation_that_is_given_back():
    assert annotate(Told(Failed(503), Failed(429), Failed(500)), budget=1) == "later"
    assert outcomes() == [("refused", 0)]


def test_lost_answer_may_have_been_charged():
    assert annotate(Told(Lost(), GOOD), budget=1) == "done"
    (lost, bound), (_, cost) = outcomes()
    assert (lost, cost) == ("unknown", COST)
    assert bound > Decimal("0.04")  # 4,096 tokens at 10 USD for a million


@pytest.mark.parametrize("budget", ["0.01", "0.0001"])
def test_used_up_before_the_first_request(budget):
    told = Told(GOOD)
    assert annotate(told, budget=budget) == "paused"
    assert (told.questions, its().state, its().attempts, outcomes()) == ([], "paused", 0, [])
    assert its().due_at == job.next_month()
    assert "ANNOTATION_BUDGET_USD" in its().error


def test_used_up_by_an_answer_of_no_use():
    bound = PRICE.bound(instructions.longest(prompt.Prompt(), ("en",)))
    assert annotate(Told(USELESS, GOOD), budget=bound + WASTED / 2) == "paused"
    assert outcomes() == [("unreadable", WASTED)]


def test_higher_budget_lets_it_go_on():
    annotate(Told(), budget="0.01")
    Job.objects.update(due_at=timezone.now())
    assert annotate(Told(GOOD), budget="5") == "done"
    assert its().attempts == 1


def test_price_that_nobody_knows():
    assert annotate(Told(GOOD), given=None) == "done"
    assert Annotation.objects.get().cost_usd is None


def test_price_that_nobody_knows_while_there_is_a_budget():
    told = Told(GOOD)
    assert annotate(told, budget=1, given=None) == "failed"
    assert "CAPTION_PRICE" in its().error
    assert told.questions == []


def test_server_of_our_own_costs_nothing_and_needs_no_budget():
    assert annotate(Told(GOOD), budget="0.01", given=Price(Decimal(0), Decimal(0))) == "done"
    assert outcomes() == [("caption", 0)]


def test_trial_overwrites_nothing():
    annotate(Told(GOOD))
    tried = Prompt.objects.create(name="New", style="Like a pirate.", languages="en,fr")
    Job.objects.create(image=Image.objects.get(), kind="trial", prompt=tried, due_at=timezone.now())
    pirate = Told(Answer('{"en": {"caption": "Arr."}, "fr": {"caption": "Arr!"}, "text": ""}', 1000, 100))
    assert annotate(pirate, budget=1) == "done"
    assert "Like a pirate." in pirate.questions[0].instructions
    assert (Image.objects.get().caption, Image.objects.get().translations.count()) == ("A cat.", 0)
    assert outcomes() == [("caption", COST), ("trial", COST), ("trial", 0)]
    assert annotate(Told(), budget=1) == "skipped"


def wait_for_a_trial(**values):
    values = {"due_at": timezone.now(), "prompt": Prompt.objects.create(name="New"), **values}
    return Job.objects.create(image=Image.objects.get(), kind="trial", **values)


def test_trial_of_a_picture_whose_caption_has_failed():
    """The caption is not asked for again, nor paid again: nobody wanted that."""
    annotate(Told(USELESS, USELESS))
    wait_for_a_trial()
    assert [annotate(Told(GOOD)), its().state, its().attempts] == ["done", "failed", 1]
    assert [outcome for outcome, _ in outcomes()] == ["unreadable", "unreadable", "trial"]


def test_trial_that_has_failed_is_not_tried_by_a_later_message():
    annotate(Told(GOOD))
    trial = wait_for_a_trial()
    assert annotate(Told(Failed(404))) == "failed"
    assert annotate(Told()) == "skipped"
    trial.refresh_from_db()
    assert (trial.state, trial.attempts) == ("failed", 1)


@pytest.mark.parametrize("state", ["queued", "paused", "running"])
def test_caption_does_not_wait_for_a_trial(state):
    annotate(Told(Failed(503), Failed(503), Failed(503)))
    Job.objects.update(due_at=timezone.now())
    wait_for_a_trial(state=state, due_at=timezone.now() + timedelta(days=3))
    assert (annotate(Told(GOOD)), its().state) == ("done", "done")


@pytest.mark.parametrize("problem", [Busy("All places are taken."), Refused("It is no picture."), OSError("disk")])
def test_what_was_reserved_for_a_picture_that_nobody_was_asked_about_is_given_back(monkeypatch, problem):
    def visit(*_):
        raise problem

    monkeypatch.setattr(annotation, "visit", visit)
    told = Told(GOOD)
    assert annotate(told, budget=1) in ("later", "failed")
    assert (told.questions, outcomes()) == ([], [("refused", 0)])


def test_answer_that_could_not_be_recorded_costs_what_was_reserved(monkeypatch):
    """It was paid for, whatever became of the database."""
    settle, problems = ledger.settle, [OperationalError("gone away")] * 3

    def away_for_a_moment(*arguments):
        if problems:
            raise problems.pop()
        settle(*arguments)

    monkeypatch.setattr(ledger, "settle", away_for_a_moment)
    assert annotate(Told(USELESS), budget=1) == "later"
    ((outcome, usd),) = outcomes()
    assert (outcome, usd > WASTED) == ("unknown", True)


@pytest.mark.parametrize(
    ("number", "ends", "rows"),
    [
        (1, "done", ["unreadable", "caption"]),  # the picture, which came without the site
        (2, "done", ["unreadable", "caption"]),  # whether a trial waits
        (3, "later", ["unknown"]),  # the claim: whoever takes it over reserves anew
        (4, "done", ["unreadable", "caption"]),  # the answer of no use
        (5, "done", ["unreadable", "unknown", "caption"]),  # the reservation of the next
        (6, "stale", ["unreadable", "caption"]),  # the caption
    ],
)
def test_database_that_commits_and_can_not_say_so(number, ends, rows):
    """What is recorded again is not counted again, and what may be under way is."""
    left = [number]

    @contextmanager
    def atomic():
        with transaction.atomic():
            yield
        left[0] -= 1
        if left[0] == 0:
            raise OperationalError("Lost connection to MySQL server during query")

    assert annotate(Told(USELESS, GOOD), budget=1, atomic=atomic) == ends
    assert [outcome for outcome, _ in outcomes()] == rows
    assert Image.objects.get().caption == ("" if ends == "later" else "A cat.")


def test_name_and_date_are_told_only_where_the_prompt_says_so():
    quiet, open_ = Told(GOOD), Told(GOOD)
    annotate(quiet)
    Prompt.objects.filter(active=True).update(tell_name=True, tell_date=True)
    Job.objects.update(state="queued")
    annotate(open_)
    assert quiet.questions[0].data == ""
    assert "a+b ö.jpg" in open_.questions[0].data
    assert "2024-05-17" in open_.questions[0].data


@pytest.mark.parametrize(
    ("now", "then"),
    [((2026, 11, 25), (2026, 12, 1)), ((2026, 12, 31), (2027, 1, 1)), ((2026, 1, 31), (2026, 2, 1))],
)
def test_next_month(monkeypatch, now, then):
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(*now, 23, 59, tzinfo=tz)

    monkeypatch.setattr(job, "datetime", Clock)
    assert job.next_month() == datetime(*then, tzinfo=UTC)
