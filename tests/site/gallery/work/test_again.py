"""`manage.py redrive` on one machine; what AWS adds is in tests/flow/test_redrive.py, the button in admin/."""

from datetime import timedelta
from io import StringIO

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.management import call_command
from django.utils import timezone

from gallery.models import OVERDUE, OVERDUE_AFTER
from gallery.work import again
from tests.site.gallery.rows import job, make
from tests.site.gallery.work.conftest import QUEUES

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - OVERDUE_AFTER - timedelta(minutes=1)


def test_it_works():
    image = make(annotation={"state": "failed", "attempts": 3, "error": "Gemini is away."})
    make(2)
    out = StringIO()
    call_command("redrive", stdout=out)
    assert (job(image).state, job(image).attempts, job(image).error) == ("queued", 0, "")
    assert job(image).due_at <= timezone.now()
    assert out.getvalue() == "1 job of 1 picture will be done again.\n"


@pytest.mark.parametrize(
    ("columns", "again_too"),
    [
        ({"state": "declined"}, False),
        ({"state": "paused", "due_at": LONG_AGO}, False),
        ({"state": "done", "due_at": LONG_AGO}, False),
        ({"state": "running", "due_at": LONG_AGO}, True),
        ({"state": "running"}, False),
        ({"state": "queued", "due_at": LONG_AGO}, True),
        ({"state": "queued"}, False),
    ],
)
def test_what_is_meant(columns, again_too):
    image = make(annotation={"attempts": 1, **columns})
    assert (job(image).status in ("failed", OVERDUE)) == again_too
    assert again.redrive().jobs == again_too


def test_what_a_redrive_would_do_is_counted_and_left_alone():
    for number in range(3):
        make(number, annotation="failed")
    make(4, thumbnail={"state": "queued", "due_at": LONG_AGO}, annotation="failed", captioned_by="person")
    thumbnails, captions = again.failed(limit=2)
    assert (thumbnails.name, thumbnails.jobs, thumbnails.left) == ("Thumbnail", 1, 0)
    assert (captions.name, captions.jobs, captions.left) == ("Caption", 2, 1)
    assert again.redrive(limit=2).jobs == 3


def test_a_persons_caption_is_left_and_a_thumbnail_is_not():
    image = make(thumbnail="failed", annotation="failed", captioned_by="person", caption="Tom.")
    assert again.redrive().jobs == 1
    assert (job(image, "thumbnail").state, job(image).state) == ("queued", "failed")


def test_both_jobs_of_a_picture_are_one_picture():
    make(thumbnail="failed", annotation="failed")
    report = again.redrive()
    assert list(report.lines()) == ["2 jobs of 1 picture will be done again."]


def test_again_at_once_does_nothing():
    make(annotation="failed")
    assert [again.redrive().jobs, again.redrive().jobs] == [1, 0]


def test_bounded():
    for number in range(5):
        make(number, annotation="failed")
    report = again.redrive(limit=3)
    assert (report.jobs, report.left) == (3, 2)
    assert list(report.lines())[1] == "2 jobs more: run this again to have them done, too."


@pytest.mark.parametrize(("due", "kinds"), [(60, []), (-1, ["thumbnail"])])
def test_run_again_leaves_what_is_in_progress(due, kinds):
    image = make(thumbnail={"state": "running", "due_at": timezone.now() + timedelta(seconds=due)})
    assert again.run_again(image, "thumbnail") == kinds


def test_on_aws_each_job_goes_to_its_own_queue(on_aws):
    make(thumbnail="failed", annotation="failed")
    assert again.redrive().jobs == 2
    assert sorted(message["QueueUrl"] for message in on_aws.sent) == sorted(QUEUES.values())


def test_what_can_not_be_sent_has_failed_in_words(on_aws):
    image, on_aws.error = make(), EndpointConnectionError(endpoint_url="https://sns")
    assert again.run_again(image, "annotation") == []
    assert job(image).state == "failed"
    assert "Run it again" in job(image).error


def test_what_a_person_captioned_asks_no_model():
    image = make(annotation="failed", captioned_by="person", caption="My cat.")
    assert (again.redrive().jobs, job(image).state) == (0, "failed")
    make(2, thumbnail="failed", captioned_by="person", caption="My dog.")
    assert again.redrive().jobs == 1  # its thumbnail is nobody's words
