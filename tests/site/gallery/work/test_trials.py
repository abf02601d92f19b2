"""A prompt is tried through the queue of one machine; the messages of AWS; nothing of it is a picture's caption."""

from decimal import Decimal

import pytest
from botocore.exceptions import EndpointConnectionError
from django.utils import timezone

from gallery.models import OVERDUE_AFTER, Budget, Image, ImageTag, Job
from gallery.work import again, resources, trials
from processors import events
from processors.captioning import Description, Outcome, Request, Words
from processors.job import process_of
from processors.records import TRIAL
from tests import pictures
from tests.site.gallery.rows import active, job, make, prompt, trial
from tests.site.gallery.uploads.test_accept import accepted
from tests.site.gallery.work.conftest import QUEUES

pytestmark = pytest.mark.django_db


def numbers() -> list[str]:
    return [image.original_name.removesuffix(".jpg") for image in trials.pictures()]


class Dry:
    """A captioner that answers in two languages."""

    def describe(self, subject, purse):
        words = (Words("en", "Dry.", "Dry", ("dry",)), Words("de", "Trocken.", "Trocken"))
        usd = Decimal("0.001")
        request = Request(Outcome.CAPTION, "gemini-x", "en", subject.prompt.id, "2", 1000, 50, usd, 400, "STOP")
        return Description(words, "STOP", "gemini-x", subject.prompt.id, request)


def test_it_works(model, monkeypatch):
    """The answer is in the ledger, its cost in the budget, and the picture as it was."""
    image = accepted(pictures.jpeg())
    Image.objects.update(caption="A cat.", captioned_by="gemini-x", prompt=active())
    ImageTag.objects.create(image=image, name="cat")
    image.jobs.update(state="done")
    before = Image.objects.values().get()
    monkeypatch.setattr(resources, "captioner", Dry)
    dry = prompt(languages="en, de")
    assert trials.start(dry) == 1
    assert process_of(TRIAL)(events.Upload("", image.object_key), resources.resources()) == "done"
    rows = list(image.annotations.order_by("id"))
    assert [(row.outcome, row.prompt, row.language, row.caption) for row in rows] == [
        ("trial", dry, "en", "Dry."),
        ("trial", dry, "de", "Trocken."),
    ]
    assert Budget.objects.get().spent_usd == rows[0].cost_usd == Decimal("0.001")
    assert Image.objects.values().get() == before
    assert [tag.name for tag in image.tags.all()] == ["cat"]
    assert not image.translations.exists()


def test_what_is_queued():
    image, dry = make(), prompt()
    assert trials.start(dry) == 1
    found = job(image, TRIAL)
    assert (found.state, found.attempts, found.prompt, found.due_at <= timezone.now()) == ("queued", 0, dry, True)
    dry.refresh_from_db()
    assert dry.used_at


def test_the_same_pictures_for_each_prompt():
    """A newer picture does not make what was tried before incomparable."""
    for number in range(6):
        make(number)
    assert (numbers(), trials.start(prompt())) == (["5", "4", "3", "2", "1"], 5)
    Job.objects.filter(kind=TRIAL).update(state="done", attempts=3, error="Once.")
    make(7)
    second = prompt("Second")
    assert trials.start(second) == 5
    jobs = Job.objects.filter(kind=TRIAL)
    assert {(each.state, each.attempts, each.error, each.prompt) for each in jobs} == {("queued", 0, "", second)}
    assert sorted(each.image.original_name for each in jobs) == [f"{number}.jpg" for number in range(1, 6)]


def test_newest_by_the_active_prompt_then_by_a_model_then_others():
    former = prompt("Former")
    for number, of in enumerate((None, active(), former, former, active(), None, None), start=1):
        make(number, prompt=of)
    assert numbers() == ["5", "2", "4", "3", "7"]


@pytest.mark.parametrize(
    "values",
    [
        {"visibility": "hidden"},
        {"visibility": "waiting"},
        {"annotation": "queued"},
        {"annotation": "failed"},
        {"annotation": "declined"},
        {"thumbnail": "failed"},
    ],
)
def test_pictures_that_are_not_taken(values):
    make(**values)
    assert numbers() == []


@pytest.mark.parametrize(
    ("state", "taken"),
    [("queued", False), ("running", False), ("paused", False), ("declined", False), ("done", True), ("failed", True)],
)
def test_no_trial_in_progress_is_taken_away(state, taken):
    first = prompt()
    before = trial(make(), first, state)
    assert trials.start(prompt("Second")) == taken
    before.refresh_from_db()
    assert (before.prompt == first) is not taken


def test_a_trial_that_was_lost_is_no_obstacle():
    dry = prompt()
    trial(make(), dry, "queued", due_at=timezone.now() - OVERDUE_AFTER * 2)
    assert trials.start(dry) == 1


def test_a_second_click_starts_nothing():
    dry = prompt()
    for number in range(12):
        make(number)
    assert [trials.start(dry), trials.start(dry)] == [5, 0]
    assert Job.objects.filter(kind=TRIAL).count() == 5


def test_without_pictures_it_is_not_used():
    dry = prompt()
    assert trials.start(dry) == 0
    dry.refresh_from_db()
    assert dry.used_at is None


def test_on_aws_each_goes_to_the_annotation_queue(on_aws):
    make(1), make(2)
    assert trials.start(prompt()) == 2
    assert {message["QueueUrl"] for message in on_aws.sent} == {QUEUES["annotation"]}
    assert len(on_aws.sent) == 2


def test_what_can_not_be_sent_has_failed_in_words(on_aws):
    image, on_aws.error = make(), EndpointConnectionError(endpoint_url="https://sqs")
    trials.start(prompt())
    assert (job(image, TRIAL).state, job(image, TRIAL).error) == ("failed", again.NOT_SENT)


def test_a_trial_that_failed_is_not_run_again_with_everything():
    image = make()
    trial(image, prompt(), "failed")
    assert again.redrive().jobs == 0
