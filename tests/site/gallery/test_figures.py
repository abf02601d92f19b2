from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallery import figures, spending
from gallery.models import Budget, Image, Job, Recaption, Report
from tests.site.gallery.rows import make, prompt, trial

pytestmark = pytest.mark.django_db
SQLITE = connection.vendor == "sqlite"


def ago(minutes: float, state: str = "queued", **columns) -> dict:
    return {"state": state, "due_at": timezone.now() - timedelta(minutes=minutes), **columns}


def counted() -> dict[tuple[str, str], int]:
    return {key: count for key, count in figures.jobs().counts.items() if count}


def test_it_works():
    make(1)
    make(2, thumbnail="failed", annotation="failed")
    make(3, annotation="failed")
    make(4, annotation="declined")
    make(5, annotation="running")
    trial(make(6, annotation="queued"), prompt(), "paused")
    assert counted() == {
        ("thumbnail", "failed"): 1,
        ("annotation", "failed"): 2,
        ("annotation", "declined"): 1,
        ("annotation", "running"): 1,
        ("annotation", "queued"): 1,
        ("trial", "paused"): 1,
    }


def test_what_should_long_have_been_taken_up_is_overdue():
    make(1, annotation=ago(16))
    make(2, annotation=ago(16, "running"))
    make(3, annotation=ago(14))
    make(4, annotation=ago(16, "paused"))
    make(5, annotation=ago(16, "failed"))
    assert counted() == {
        ("annotation", status): count for status, count in [("overdue", 2), ("queued", 1), ("paused", 1), ("failed", 1)]
    }
    for (kind, status), count in figures.jobs().counts.items():  # as the moderators' list has it
        assert Job.objects.filter(kind=kind).with_status(status).count() == count


@pytest.mark.parametrize(
    ("jobs", "minutes", "status"),
    [
        ([ago(3), ago(2)], 3, "queued"),
        ([ago(3), ago(20, "running")], 20, "overdue"),
        ([ago(3), ago(20, "paused")], 20, "paused"),
        ([ago(5, "running"), ago(-5)], 5, "running"),
    ],
)
def test_the_oldest_job_that_is_due(jobs, minutes, status):
    for number, job in enumerate(jobs):
        make(number, annotation=job)
    oldest = figures.jobs().oldest
    assert set(oldest) == {"annotation"}
    assert (round(oldest["annotation"].age.total_seconds() / 60), oldest["annotation"].status) == (minutes, status)


@pytest.mark.parametrize("job", [ago(-5), ago(-5, "running"), ago(-5, "paused"), ago(5, "failed"), ago(5, "done")])
def test_what_is_not_due_does_not_wait(job):
    make(annotation=job)
    assert figures.jobs().oldest == {}


def test_why_and_until_when_it_is_paused():
    make(1, annotation=ago(-20, "paused", error="Later."))
    make(2, annotation=ago(-10, "paused", error="The budget is used up."))
    paused = figures.jobs().paused
    assert paused == {"annotation": Job.objects.get(image__original_name="2.jpg", kind="annotation").due_at}
    assert figures.why_paused("annotation") == "The budget is used up."
    assert figures.why_paused("thumbnail") == ""


def test_reports_and_runs_that_are_open():
    image = make()
    Report.objects.create(image=image)
    Report.objects.create(image=image, settled_at=timezone.now())
    Recaption.objects.create()
    Recaption.objects.create(ended_at=timezone.now())
    assert (figures.reports_open(), figures.recaptions_open()) == (1, 1)


@pytest.fixture
def many() -> None:
    """So many that the planners take an index where there is one; nearly all are done."""
    now = timezone.now()
    Image.objects.bulk_create(Image(s3_key=f"uploads/{n}") for n in range(1000))
    images = list(Image.objects.all())
    states = ["done"] * 95 + ["failed", "declined", "paused", "running", "queued"]
    kinds = ("thumbnail", "annotation")
    rows = (Job(image=i, kind=k, state=states[n % 100], due_at=now) for n, i in enumerate(images) for k in kinds)
    Job.objects.bulk_create(rows)
    Report.objects.bulk_create(Report(image=image, settled_at=now) for image in images)
    Recaption.objects.bulk_create(Recaption(ended_at=now) for _ in range(300))
    Budget.objects.create(month=spending.this_month())
    if SQLITE:  # MySQL looks at the index itself
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (figures.jobs, "jobs_queue"),
        (lambda: figures.why_paused("annotation"), "jobs_"),
        (figures.reports_open, "reports_open"),
        (figures.recaptions_open, "recaptions_open"),
        (spending.purse, "month"),
    ],
)
def test_each_is_a_look_at_an_index(ask, index):
    with CaptureQueriesContext(connection) as queries:
        ask()
    (query,) = queries.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN QUERY PLAN " if SQLITE else "EXPLAIN FORMAT=TRADITIONAL ") + query["sql"])
        plan = " ".join(map(str, cursor.fetchall()))
    assert index in plan
    assert "SCAN" not in plan
    assert "'ALL'" not in plan
    assert " images" not in query["sql"]
    if ask == figures.jobs:
        assert "COVERING INDEX" in plan or "Using index" in plan
