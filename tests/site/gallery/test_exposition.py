"""Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/"""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from gallery import exposition, spending
from gallery.models import Budget, Recaption, Report
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db
SAMPLE = re.compile(r'(image_annotations_[a-z_]+)(\{[a-z]+="[a-z]+"(?:,[a-z]+="[a-z]+")*\})? (\d+(?:\.\d+)?)')


def read(text: str) -> dict[str, float]:
    """By metric with its labels. Each metric has its help and its type once, and ahead of its lines."""
    assert text.endswith("\n")
    found: dict[str, float] = {}
    announced: list[str] = []
    for line in text.splitlines():
        if line.startswith("# HELP "):
            announced.append(line.split()[2])
        elif line.startswith("#"):
            assert line == f"# TYPE {announced[-1]} gauge"
        else:
            name, labels, value = SAMPLE.fullmatch(line).groups()  # type: ignore[union-attr]
            assert name == announced[-1]
            found[name.removeprefix("image_annotations_") + (labels or "")] = float(value)
    assert len(set(announced)) == len(announced)
    return found


def test_it_works(settings):
    settings.ANNOTATION_BUDGET_USD = Decimal(20)
    Budget.objects.create(month=spending.this_month(), spent_usd=Decimal("0.00000125"))
    image = make(1, thumbnail="failed", annotation={"due_at": timezone.now() - timedelta(minutes=2)})
    Report.objects.create(image=image)
    Recaption.objects.create()
    make(2, review="due", visibility="waiting")
    found = read(exposition.text().replace("1.25e-06", "0.00000125"))
    assert found.pop('queue_age_seconds{kind="annotation"}') == pytest.approx(120, abs=20)
    assert {name: value for name, value in found.items() if value} == {
        'jobs{kind="thumbnail",state="failed"}': 1,
        'jobs{kind="annotation",state="queued"}': 1,
        "to_review": 1,
        "to_be_shown": 1,
        "reports_open": 1,
        "recaptions_open": 1,
        "spent_usd": 0.00000125,
        "budget_usd": 20,
    }


def test_where_nothing_is_to_do_each_is_0():
    found = read(exposition.text())
    assert set(found.values()) == {0}
    assert len([name for name in found if name.startswith("jobs{")]) == 18  # three kinds in six states
    assert len(found) == 18 + 3 + 6


def test_what_has_a_meaning_in_the_format_is_escaped():
    text = exposition.gauge("x", 'A "word"\nand a \\.', [({"kind": 'a"b\\c\nd', "state": "é"}, 1)])
    assert text.splitlines() == [
        r'# HELP image_annotations_x A "word"\nand a \\.',
        "# TYPE image_annotations_x gauge",
        r'image_annotations_x{kind="a\"b\\c\nd",state="é"} 1.0',
    ]


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    for number in range(10):
        make(number, thumbnail="failed", annotation="paused")
    with django_assert_num_queries(6):
        exposition.text()
