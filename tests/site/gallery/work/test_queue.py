from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from gallery.models import Job
from gallery.work import queue
from processors import records
from tests.site.gallery.rows import job, make

pytestmark = pytest.mark.django_db


def ago(**values: float):
    return timezone.now() - timedelta(**values)


def test_it_works():
    image = make(annotation={"state": "queued", "due_at": ago(seconds=1)})
    assert queue.due("annotation", 5) == [job(image)]
    assert queue.due("thumbnail", 5) == []


@pytest.mark.parametrize(
    ("state", "due", "found"),
    [
        ("queued", 1, True),
        ("paused", 1, True),
        ("running", 1, True),
        ("failed", 1, False),
        ("declined", 1, False),
        ("queued", -9, False),
        ("paused", -9, False),
        ("running", -9, False),
    ],
)
def test_what_is_due(state, due, found):
    make(annotation={"state": state, "due_at": ago(seconds=due)})
    assert bool(queue.due("annotation", 5)) == found


def test_the_longest_waiting_come_first_and_no_more_than_asked_for():
    numbers = {3: 30, 1: 10, 2: 20}
    for number, seconds in numbers.items():
        make(number, annotation={"state": "queued", "due_at": ago(seconds=seconds)})
    assert [found.image.original_name for found in queue.due("annotation", 2)] == ["3.jpg", "2.jpg"]


def test_each_question_is_one_look_at_an_index(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert queue.due("annotation", 5) == []
    make(annotation={"state": "queued", "due_at": ago(seconds=1)})
    with django_assert_num_queries(4) as queries:
        queue.due("annotation", 5)
    if connection.vendor == "sqlite":
        for query in queries:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
                plan = " ".join(row[3] for row in cursor.fetchall())
            assert "INDEX jobs_queue (kind=? AND state=? AND due_at<?)" in plan


def test_an_upload_is_not_due_before_it_has_arrived():
    image = make()
    image.jobs.all().delete()
    assert queue.add(image) is None
    assert queue.due("thumbnail", 5) == []
    queue.arrived(image)
    assert [found.kind for found in queue.due("thumbnail", 5)] == ["thumbnail"]


def test_on_aws_it_is_due_at_once_also_by_a_clock_that_is_behind(settings):
    settings.ON_AWS = True
    image = make()
    image.jobs.all().delete()
    queue.add(image)
    assert job(image).due_at < ago(seconds=30)


def test_whoever_does_a_job_while_adding_it_has_its_claim():
    image = make()
    image.jobs.all().delete()
    claim = queue.add(image, "thumbnail")
    assert (claim.kind, job(image, "thumbnail").state, job(image).state) == ("thumbnail", "running", "queued")
    assert image.jobs.count() == len(records.KINDS)


def test_interrupted_work_is_due_at_once():
    make(annotation="running")
    assert queue.take_up_interrupted() == 1
    assert len(queue.due("annotation", 5)) == 1


@pytest.mark.parametrize(("seconds_left", "changed"), [(60, 0), (-1, 1)])
def test_put_back_leaves_what_is_in_progress(seconds_left, changed):
    image = make(annotation={"state": "running", "attempts": 3, "due_at": ago(seconds=-seconds_left)})
    assert queue.put_back(job(image)) == bool(changed)
    assert (job(image).state, job(image).attempts) == (("queued", 0) if changed else ("running", 3))


@pytest.mark.parametrize("change", [{"state": "done"}, {"attempts": 4}, {"started_at": None}])
def test_put_back_leaves_what_has_changed_since_it_was_looked_at(change):
    image = make(annotation={"state": "failed", "attempts": 3})
    seen = job(image)
    image.jobs.update(**change)
    assert not queue.put_back(seen)


def test_a_job_that_could_not_be_begun_lets_others_go_first():
    first = job(make(1, annotation={"state": "queued", "due_at": ago(seconds=9)}))
    make(2, annotation={"state": "queued", "due_at": ago(seconds=1)})
    queue.step_back(first)
    assert [found.image.original_name for found in queue.due("annotation", 5)] == ["2.jpg"]


def test_a_thumbnail_that_an_upload_makes_is_not_interrupted():
    image = make(thumbnail="running", visibility="arriving")
    assert queue.take_up_interrupted() == 0
    assert job(image, "thumbnail").due_at > timezone.now()


def test_a_new_kind_is_queued_for_pictures_that_are_there():
    for number in range(5):
        make(number)
    assert list(queue.add_kind("colours", batch=2)) == [2, 2, 1]
    assert list(queue.add_kind("colours", batch=2)) == [0, 0, 0]
    assert Job.objects.filter(kind="colours", state="queued").count() == 5
