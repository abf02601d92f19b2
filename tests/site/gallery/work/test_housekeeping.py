"""What a round sends; who is the leader is in tests/flow/test_housekeeping.py, with MySQL's locks."""

from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError
from django.utils import timezone

from gallery.work import housekeeping, paused
from tests.site.gallery.rows import job, make

pytestmark = pytest.mark.django_db
LATE = timezone.now() - housekeeping.LATE - timedelta(minutes=1)


@pytest.fixture(autouse=True)
def leader(monkeypatch, on_aws):
    monkeypatch.setattr("gallery.locks.take", lambda *_, seconds: True)
    monkeypatch.setattr(housekeeping, "forget_soon", lambda: None)  # in MySQL's words


@pytest.mark.parametrize(
    ("columns", "sent"),
    [
        ({"state": "queued", "due_at": LATE}, 1),
        ({"state": "paused", "due_at": LATE}, 1),
        ({"state": "running", "due_at": LATE}, 1),
        ({"state": "failed", "due_at": LATE}, 0),
        ({"state": "done", "due_at": LATE}, 0),
        ({"state": "queued", "due_at": timezone.now(), "started_at": None}, 0),
        ({"state": "paused", "due_at": timezone.now() + timedelta(days=3)}, 0),
    ],
)
def test_what_is_late_is_sent_again_once(on_aws, columns, sent, monkeypatch):
    monkeypatch.setattr(paused, "resume", lambda: 0)
    image = make(annotation=columns)
    assert [housekeeping.round_of_the_leader(), housekeeping.round_of_the_leader()] == [sent, 0]
    assert len(on_aws.sent) == sent
    assert job(image).state == columns["state"]  # the function decides, by its claim


def test_who_does_not_lead_sends_nothing(on_aws, monkeypatch):
    monkeypatch.setattr("gallery.locks.take", lambda *_, seconds: False)
    make(annotation={"state": "queued", "due_at": LATE})
    assert housekeeping.round_of_the_leader() == 0


@pytest.mark.parametrize(("seconds", "sent"), [(-1, 1), (60, 0)])
def test_what_was_put_off_is_sent_when_it_is_due(on_aws, seconds, sent):
    """Its message was acknowledged. Once it is sent again, the job waits for the message like a new one."""
    due = timezone.now() + timedelta(seconds=seconds)
    image = make(annotation={"state": "queued", "attempts": 1, "started_at": timezone.now(), "due_at": due})
    assert [housekeeping.round_of_the_leader(), housekeeping.round_of_the_leader()] == [sent, 0]
    assert (job(image).started_at is None) == bool(sent)


def test_late_and_put_off_is_sent_once(on_aws):
    make(annotation={"state": "queued", "attempts": 1, "started_at": LATE, "due_at": LATE})
    assert housekeeping.round_of_the_leader() == len(on_aws.sent) == 1


def test_while_many_wait_nothing_is_lost(on_aws):
    """What is late waits among them; what was put off has no message there."""
    on_aws.waiting = housekeeping.AT_ONCE
    make(annotation={"state": "queued", "started_at": None, "due_at": LATE})
    make(2, annotation={"state": "queued", "started_at": LATE, "due_at": LATE})
    assert housekeeping.round_of_the_leader() == 1


def test_queue_that_does_not_answer_is_asked_again_in_the_next_round(on_aws):
    make(annotation={"state": "queued", "due_at": LATE})
    on_aws.error = EndpointConnectionError(endpoint_url="https://sqs")
    assert housekeeping.round_of_the_leader() == 0
    on_aws.error = None
    assert housekeeping.round_of_the_leader() == 1


def test_what_a_budget_has_paused_is_sent_when_there_is_room_again(on_aws):
    image = make(annotation={"state": "paused", "due_at": timezone.now() + timedelta(days=3)})
    assert [housekeeping.round_of_the_leader(), housekeeping.round_of_the_leader()] == [1, 0]
    assert (job(image).state, job(image).started_at) == ("paused", None)
