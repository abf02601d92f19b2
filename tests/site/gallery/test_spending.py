from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery import spending
from gallery.models import Annotation, Budget
from gallery.spending import Row, Total

pytestmark = pytest.mark.django_db
SQLITE = connection.vendor == "sqlite"
DAY = date(2026, 11, 5)


@pytest.fixture(autouse=True)
def today(monkeypatch) -> None:
    """The first half hour of a day in the middle of the month."""
    moment = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    monkeypatch.setattr(spending, "datetime", type("At", (datetime,), {"now": classmethod(lambda *_: moment)}))


def ask(day: int = 5, usd: str | None = "0.5", **values) -> None:
    at = datetime(2026, 11, day, 23, 59, 59, tzinfo=UTC)
    values = {"author": "model", "model": "gemini-x", "prompt_id": 2, "outcome": "caption", **values}
    Annotation.objects.create(created_at=at, cost_usd=None if usd is None else Decimal(usd), **values)


def test_it_works():
    ask()
    ask(usd="0.25")
    ask(usd="0")  # of the same answer, in another language
    ask(6, outcome="unknown")
    ask(6, author="person", model="", usd=None)
    assert spending.rows_of("2026-11") == [
        Row(DAY, "gemini-x", 2, "caption", 3, 2, Decimal("0.75")),
        Row(date(2026, 11, 6), "gemini-x", 2, "unknown", 1, 1, Decimal("0.5")),
    ]
    assert spending.rows_of("2026-10") == spending.rows_of("2026-12") == []


def test_days_that_are_over_are_read_once_and_the_last_ones_each_time():
    ask(18)
    assert len(spending.rows_of("2026-11")) == 1
    ask(18, model="gemini-y")
    ask(19)  # half an hour ago: a request may be under way
    ask(20)
    assert [row.day.day for row in spending.rows_of("2026-11")] == [18, 19, 20]


def test_a_month_that_is_over_is_read_once():
    Annotation.objects.create(author="model", model="x", created_at=datetime(2026, 10, 31, tzinfo=UTC))
    assert len(spending.rows_of("2026-10")) == 1
    Annotation.objects.create(author="model", model="x", created_at=datetime(2026, 10, 30, tzinfo=UTC))
    assert len(spending.rows_of("2026-10")) == 1


def test_a_caption_in_several_languages_is_one_and_what_brought_none_is_paid_by_the_others():
    rows = [Row(DAY, "x", 1, "caption", 6, 2, Decimal(1)), Row(DAY, "x", 1, "cut off", 1, 1, Decimal("0.5"))]
    assert spending.total(rows) == Total(3, 2, Decimal("1.5"))
    assert spending.total(rows).per_caption == Decimal("0.75")


def test_what_costs_nothing_is_counted_too():
    free = spending.total([Row(DAY, "offline", None, "caption", 7, 0, Decimal(0))])
    assert (free, free.per_caption) == (Total(7, 7, Decimal(0)), 0)
    assert spending.total([]).per_caption is None


def test_what_cost_most_comes_first():
    rows = [Row(DAY, model, 1, "caption", 1, 1, Decimal(usd)) for model, usd in (("a", "1"), ("b", "3"), ("a", "1"))]
    found = spending.totals(rows, lambda row: row.model)
    assert [(name, each.requests, each.usd) for name, each in found] == [("b", 1, 3), ("a", 2, 2)]


def test_left_of_the_budget(settings):
    settings.ANNOTATION_BUDGET_USD = Decimal(5)
    assert spending.purse().left == 5
    Budget.objects.create(month=spending.this_month(), spent_usd=Decimal("4.5"))
    assert spending.purse().left == Decimal("0.5")
    settings.ANNOTATION_BUDGET_USD = Decimal(4)
    assert spending.purse().left == 0
    settings.ANNOTATION_BUDGET_USD = Decimal(0)
    assert spending.purse().left is None


@pytest.mark.parametrize("month", ["2026-13", "x", "0001-01", "9999-12", ""])
def test_no_month(month):
    with pytest.raises(ValueError, match=r"."):
        spending.rows_of(month)


def test_days():
    assert len(spending.days_of("2028-02")) == 29
    assert spending.days_of("2026-12")[-1] == date(2026, 12, 31)


def test_the_ledger_is_read_by_its_index_alone():
    Annotation.objects.bulk_create(Annotation(author="model", model="x") for _ in range(200))
    with CaptureQueriesContext(connection) as queries:
        spending.rows_of(spending.this_month())
    query = queries.captured_queries[0]
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN QUERY PLAN " if SQLITE else "EXPLAIN FORMAT=TRADITIONAL ") + query["sql"])
        plan = str(cursor.fetchall())
    assert ("COVERING INDEX annotations_spending" if SQLITE else "annotations_spending") in plan
    assert SQLITE or "Using index" in plan
