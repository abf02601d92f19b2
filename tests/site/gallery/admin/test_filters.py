from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from gallery.admin.filters import Review
from gallery.models import OVERDUE_AFTER, Image
from tests.site.gallery.rows import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moderator")]
LIST = "/admin/gallery/image/"
SQLITE = connection.vendor == "sqlite"


def shown(client, **query) -> set[int]:
    """The numbers of the pictures in the list."""
    page = client.get(LIST, query)
    return {int(image.original_name.split(".")[0]) for image in page.context["cl"].result_list}


@pytest.mark.parametrize(
    ("date", "numbers"),
    [("2026", {1, 2, 3}), ("2026-11", {2, 3}), ("2026-11-30", {3}), ("2026-02-30", set()), ("x", {1, 2, 3, 4})],
)
def test_by_date(client, date, numbers):
    days = ["2026-01-05", "2026-11-01", "2026-11-30", "2025-12-31"]
    for number, day in enumerate(days, start=1):
        make(number, uploaded_at=datetime.fromisoformat(f"{day}T23:59:59+00:00"))
    assert shown(client, date=date) == numbers
    page = client.get(LIST, {"date": date}).text
    assert "?date=2025" in page
    assert ("November 2026" in page) == date.startswith("2026")


@pytest.mark.parametrize(("who", "numbers"), [("offline", {1}), ("person", {2}), ("model", {3}), ("x", {1, 2, 3})])
def test_by_who_wrote_the_caption(client, who, numbers):
    for number, writer in enumerate(("offline", "person", "gemini-x"), start=1):
        Image.objects.filter(pk=make(number).pk).update(captioned_by=writer)
    assert shown(client, caption=who) == numbers


@pytest.mark.parametrize(
    ("work", "numbers"),
    [
        ("annotation:failed", {1, 4}),
        ("annotation:queued", {2}),
        ("annotation:overdue", {3}),
        ("thumbnail:failed", {4}),
        ("thumbnail:paused", set()),
        ("thumbnail:nonsense", set()),
        ("nonsense:failed", set()),
    ],
)
def test_by_how_the_work_stands(client, work, numbers):
    late = timezone.now() - OVERDUE_AFTER - timedelta(minutes=1)
    make(1, annotation="failed")
    make(2, annotation="queued")
    make(3, annotation={"state": "running", "due_at": late})
    make(4, thumbnail="failed", annotation="failed")
    make(5)
    assert shown(client, work=work) == numbers


@pytest.mark.parametrize(
    ("review", "numbers"),
    [
        ("due", {1, 2}),
        ("accepted", {2, 3}),
        ("edited", {4}),
        ("rewritten", {5}),
        ("nobody", {1}),
        ("x", {1, 2, 3, 4, 5}),
    ],
)
def test_by_what_a_person_thought(client, review, numbers):
    make(1, review="due"), make(2, review="due", verdict="accepted"), make(3, verdict="accepted")
    make(4, verdict="edited"), make(5, verdict="rewritten")
    assert shown(client, review=review) == numbers


@pytest.mark.parametrize("review", ["due", "accepted", "edited", "rewritten", "nobody"])
def test_review_is_one_look_at_an_index_and_needs_no_sorting(review):
    """Also where few are so: most of these are hidden."""
    Image.objects.bulk_create(Image(s3_key=f"uploads/{n}", verdict="hidden") for n in range(400))
    rows = [{"review": "due"}, {"verdict": "accepted"}, {"verdict": "edited"}, {"verdict": "rewritten"}]
    for number, values in enumerate(rows):
        make(number, **values)
    chosen = Review(None, {"review": [review]}, Image, None).queryset(None, Image.objects.all())
    query = chosen.order_by("-uploaded_at", "-pk")[:26]
    plan = query.explain() if SQLITE else query.explain(format="TRADITIONAL")
    assert ("images_review" if review == "due" else "images_verdict") in plan
    assert not [word for word in ("SCAN", "B-TREE", "filesort", "images ALL") if word in plan]


def test_work_is_one_look_at_an_index_and_needs_no_sorting(client, django_assert_max_num_queries):
    if connection.vendor != "sqlite":
        return
    make(annotation="failed")
    with django_assert_max_num_queries(20) as queries:
        client.get(LIST, {"work": "annotation:failed"})
    (query,) = [query["sql"] for query in queries if "INNER JOIN" in query["sql"] and "jobs" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + query)
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "jobs_state (kind=? AND state=?)" in plan
    assert "TEMP B-TREE" not in plan
