"""What a round sends; who is the leader is in tests/flow/test_housekeeping.py, with MySQL's locks."""

from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError
from django.utils import timezone

from gallery.work import housekeeping
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
        ({"state": "queued", "due_at": timezone.now()}, 0),
        ({"state": "paused", "due_at": timezone.now() + timedelta(days=3)}, 0),
    ],
)
def test_what_is_late_is_sent_again_once(on_aws, columns, sent):
    image = make(annotation=columns)
    assert [housekeeping.round_of_the_leader(), housekeeping.round_of_the_leader()] == [sent, 0]
    assert len(on_aws.sent) == sent
    assert job(image).state == columns["state"]  # the function decides, by its claim


def test_who_does_not_lead_sends_nothing(on_aws, monkeypatch):
    monkeypatch.setattr("gallery.locks.take", lambda *_, seconds: False)
    make(annotation={"state": "queued", "due_at": LATE})
    assert housekeeping.round_of_the_leader() == 0


def test_topic_that_does_not_answer_is_asked_again_in_the_next_round(on_aws):
    make(annotation={"state": "queued", "due_at": LATE})
    on_aws.error = EndpointConnectionError(endpoint_url="https://sns")
    assert housekeeping.round_of_the_leader() == 0
    on_aws.error = None
    assert housekeeping.round_of_the_leader() == 1
