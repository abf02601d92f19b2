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
        ([(3,), (2,)], 3, "queued"),
        ([(3,), (20, "running")], 20, "overdue"),
        ([(3,), (20, "paused")], 20, "paused"),
        ([(5, "running"), (-5,)], 5, "running"),
    ],
)
def test_the_oldest_job_that_is_due(jobs, minutes, status):
    for number, job in enumerate(jobs):
        make(number, annotation=ago(*job))
    oldest = figures.jobs().oldest
    assert set(oldest) == {"annotation"}
    assert (round(oldest["annotation"].age.total_seconds() / 60), oldest["annotation"].status) == (minutes, status)


@pytest.mark.parametrize("job", [(-5,), (-5, "running"), (-5, "paused"), (5, "failed"), (5, "done")])
def test_what_is_not_due_does_not_wait(job):
    make(annotation=ago(*job))
    assert figures.jobs().oldest == {}


def test_why_and_until_when_it_is_paused():
    make(1, annotation=ago(-20, "paused", error="Later."))
    make(2, annotation=ago(-10, "paused", error="The budget is used up."))
    paused = figures.jobs().paused
    assert paused == {"annotation": Job.objects.get(image__original_name="2.jpg", kind="annotation").due_at}
    assert figures.why_paused("annotation") == "The budget is used up."
    assert figures.why_paused("thumbnail") == ""


def test_what_is_to_review_and_to_be_shown(monkeypatch):
    monkeypatch.setattr(figures, "MOST", 2)
    for number in range(2):
        make(number, review="due", visibility="waiting")
    make(9, verdict="accepted"), make(8, review="due", visibility="hidden")
    assert (figures.to_review(), figures.to_be_shown()) == (2, 2)
    for number in range(3, 6):
        make(number, review="due", visibility="waiting")
    assert (figures.to_review(), figures.to_be_shown()) == (3, 3)  # nobody counts any further


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
    marks = [
        {"review": "due"} if n % 40 == 1 else {"visibility": "waiting"} if n % 40 == 2 else {} for n in range(1000)
    ]
    Image.objects.bulk_create(Image(s3_key=f"uploads/{n}", **more) for n, more in enumerate(marks))
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
        (figures.to_review, "images_review"),
        (figures.to_be_shown, "images_gallery"),
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
    for counted in ("SCAN subquery", "'<derived2>', 'ALL'"):  # of what the index gave, at most MOST + 1 are counted
        plan = plan.replace(counted, "")
    assert index in plan
    assert "SCAN" not in plan
    assert "'ALL'" not in plan
    if ask in (figures.jobs, figures.to_be_shown):
        assert "COVERING INDEX" in plan or "Using index" in plan
