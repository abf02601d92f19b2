from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery.models import Image, Prompt
from gallery.work import criteria
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db
SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def former() -> Prompt:
    return Prompt.objects.get(active=None)


@pytest.fixture
def pictures(former) -> None:
    """What is chosen by what: see the test."""
    active = Prompt.objects.get(active=True)
    make(1, prompt=former, caption_language="en", uploaded_at=datetime(2026, 1, 1, tzinfo=UTC))
    make(2, prompt=active, captioned_by="gemini-y", caption_language="de")
    make(3, captioned_by="offline", uploaded_at=datetime(2026, 1, 2, 23, 59, tzinfo=UTC))
    make(4, annotation="failed")
    make(5, captioned_by="person", caption_language="en", uploaded_at=datetime(2026, 1, 2, tzinfo=UTC))
    for number in (2, 3, 5):
        Image.objects.get(original_name=f"{number}.jpg").tags.create(name="cat")


def chosen(found: criteria.Criteria) -> set[int]:
    ids = criteria.following(found, 0, 100)
    assert criteria.count(found) == len(ids)
    names = Image.objects.filter(pk__in=ids).values_list("original_name", flat=True)
    return {int(name.split(".")[0]) for name in names}


@pytest.mark.usefixtures("pictures")
@pytest.mark.parametrize(
    ("choice", "numbers"),
    [
        ({}, {1, 2, 3, 4}),
        ({"stale_prompt": True}, {1}),
        ({"model": "gemini-y"}, {2}),
        ({"language": "en"}, {1}),
        ({"without_ai": True}, {3}),
        ({"failed": True}, {4}),
        ({"tag": " Cat "}, {2, 3}),
        ({"since": date(2026, 1, 2), "until": date(2026, 1, 2)}, {3}),
        ({"until": date(2026, 1, 1)}, {1}),
        ({"model": "gemini-x", "since": date.max}, set()),
        ({"model": "no such", "until": date.max}, set()),
        ({"tag": "cat", "model": "gemini-y", "language": "de"}, {2}),
        ({"tag": "cat", "failed": True}, set()),
        ({"without_ai": True, "model": "gemini-y"}, set()),
        ({"model": "person"}, set()),
    ],
)
def test_it_works(choice, numbers):
    assert chosen(criteria.resolve(**choice)) == numbers


def test_without_a_former_prompt_nothing_is_stale(former):
    former.delete()
    make()
    stale = criteria.resolve(stale_prompt=True)
    assert stale == {"prompts": []}
    assert chosen(stale) == set()


def test_the_next_of_several_prompts_come_in_the_order_of_their_ids(former):
    other = Prompt.objects.create(name="Another")
    ids = [make(number, prompt=former if number % 2 else other).pk for number in range(1, 6)]
    stale = criteria.resolve(stale_prompt=True)
    assert criteria.following(stale, 0, 3) == ids[:3]
    assert criteria.following(stale, ids[2], 3) == ids[3:]


def test_words():
    choice = criteria.resolve(model="gemini-x", language="en", since=date(2026, 1, 2))
    assert criteria.words(choice) == "captions by gemini-x, in en, of pictures uploaded from 2026-01-02 on"
    assert criteria.words({}) == "all captions"


@pytest.fixture
def many() -> None:
    """So many that the planners take an index where there is one."""
    former = Prompt.objects.get(active=None)
    rows = (
        Image(s3_key=f"uploads/{n}", prompt=former, captioned_by="gemini-x", caption_language="de") for n in range(600)
    )
    Image.objects.bulk_create(rows)
    others = Image.objects.filter(s3_key__gt="uploads/2")
    others.update(prompt=Prompt.objects.get(active=True), captioned_by="gemini-y", caption_language="en")
    others.filter(s3_key__gt="uploads/5").update(captioned_by="offline")
    if SQLITE:  # MySQL looks at the index itself
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def plans(ask) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        ask()
    with connection.cursor() as cursor:
        found = []
        for query in queries.captured_queries:
            cursor.execute(("EXPLAIN QUERY PLAN " if SQLITE else "EXPLAIN FORMAT=TRADITIONAL ") + query["sql"])
            found.append(" ".join(map(str, cursor.fetchall())))
    return found


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("choice", "index"),
    [
        ({"stale_prompt": True}, "images_prompt_id"),
        ({"model": "gemini-x"}, "images_captioned_by"),
        ({"without_ai": True}, "images_captioned_by"),
        ({"language": "de"}, "images_caption_language"),
        ({"failed": True}, "jobs_state"),
        ({"tag": "cat"}, "image_tags"),
    ],
)
def test_counting_and_choosing_are_looks_at_an_index(choice, index):
    found = criteria.resolve(**choice)
    counted, _, chosen = plans(lambda: (criteria.count(found), criteria.following(found, 0, 10)))
    for plan in (counted, chosen):
        assert index in plan
        assert "SCAN" not in plan
        assert "'ALL'" not in plan
        sorted_ = "TEMP B-TREE" in plan or "filesort" in plan
        assert not sorted_ or "tag" in choice  # those with the tag alone
