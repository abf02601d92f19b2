from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from gallery.models import Image, ImageTag, Job, Report, ReviewSample
from gallery.review import choice
from gallery.review.choice import Choice
from tests.site.gallery.review.rows import due
from tests.site.gallery.rows import make, prompt

pytestmark = pytest.mark.django_db
SQLITE = connection.vendor == "sqlite"


def numbers(address: str) -> list[int]:
    return [int(image.original_name.split(".")[0]) for image in choice.of(QueryDict(address)).images()]


def day(number: int) -> datetime:
    return datetime(2026, 11, number, 12, tzinfo=UTC)


def test_what_nobody_has_checked_the_oldest_first():
    due(1, uploaded_at=day(3)), due(2, uploaded_at=day(1)), due(3, uploaded_at=day(2), visibility="waiting")
    due(4, visibility="hidden"), due(5, visibility="arriving"), make(6, verdict="accepted")
    assert numbers("") == [2, 3, 1]
    assert Choice().left() == 3


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("tag=Caf%C3%A9", [1]),
        ("tag=cafe%CC%81", [1]),
        ("model=offline", [2]),
        ("model=gemini-x&since=2026-11-03", [3]),
        ("since=2026-11-02&until=2026-11-02", [2]),
        ("until=2026-11-01", [1]),
        ("tag=dog&model=offline", []),
    ],
)
def test_by_tag_model_and_date(address, found):
    due(1, uploaded_at=day(1)).tags.create(name="café")
    due(2, uploaded_at=day(2), captioned_by="offline")
    due(3, uploaded_at=day(3)).tags.create(name="dog")
    assert numbers(address) == found


def test_of_what_was_reported_by_tag_and_as_a_sample():
    image, other = due(1), due(2)
    Report.objects.create(image=image), Report.objects.create(image=other)
    image.tags.create(name="dog")
    sample = ReviewSample.objects.create(images=[other.pk])
    assert numbers("state=reported&tag=dog") == [1]
    assert numbers(f"state=reported&sample={sample.pk}") == [2]


def test_by_a_tag_that_many_have(monkeypatch):
    monkeypatch.setattr(choice, "FEW", 1)
    for number in range(3):
        due(number)
    make(4, verdict="accepted").tags.create(name="cat")
    sample = ReviewSample.objects.create(images=[due(5).pk])
    assert numbers("tag=cat") == [0, 1, 2, 5]
    assert numbers(f"tag=cat&sample={sample.pk}") == [5]
    assert numbers("tag=tom") == []


def test_by_prompt_and_sample():
    dry = prompt()
    images = [due(1), due(2, prompt=dry), due(3, prompt=dry)]
    sample = ReviewSample.objects.create(images=[images[0].pk, images[2].pk])
    assert numbers(f"prompt={dry.pk}") == [2, 3]
    assert numbers(f"sample={sample.pk}") == [1, 3]
    assert numbers(f"sample={sample.pk}&prompt={dry.pk}") == [3]
    assert numbers("sample=999") == []
    assert Choice(sample=999).left() == 0


def test_failed_declined_reported_and_waiting():
    make(1, annotation="failed"), make(2, annotation="declined"), make(3, thumbnail="failed")
    for _ in range(2):
        Report.objects.create(image=Image.objects.get(original_name="1.jpg"))
    Report.objects.create(image=Image.objects.get(original_name="2.jpg"), settled_at=timezone.now())
    make(4, visibility="waiting"), make(5, annotation="failed", visibility="hidden")
    assert [numbers(f"state={state}") for state in ("failed", "declined", "reported", "waiting")] == [
        [1],
        [2],
        [1],
        [4],
    ]


def test_what_waits_and_was_sent_back_comes_with_what_the_model_says():
    image = make(visibility="waiting", verdict="rewritten")
    assert numbers("state=waiting") == []
    Image.objects.filter(pk=image.pk).update(review="due")  # of a person's caption the verdict stays
    assert numbers("state=waiting") == [1]


@pytest.mark.parametrize(
    "address",
    [
        *("state=x", "prompt=-1", "prompt=1e3", "prompt=٣", "prompt=9999999999999999", "since=2026-02-30"),
        *("until=yesterday", "sample=", "tag=%20", "model=%00", "x=y"),
    ],
)
def test_an_address_that_makes_no_sense_is_of_everything(address):
    assert choice.of(QueryDict(address)) == Choice()


@pytest.mark.parametrize(
    "address", ["since=0001-01-01", "until=9999-12-31", "prompt=999999999999999", "tag=%F0%9F%90%88"]
)
def test_an_address_at_the_edge_finds_or_finds_nothing(address):
    due()
    assert numbers(address) in ([1], [])
    assert choice.of(QueryDict(address)).words


def test_the_address_says_it_all():
    whole = Choice("failed", "a & b", "gemini-x", 3, date(2026, 1, 2), date(2026, 2, 3), 4)
    assert choice.of(QueryDict(whole.encoded)) == whole
    assert Choice().encoded == ""


def test_words():
    sample = ReviewSample.objects.create(images=[1, 2])
    dry, since, until = prompt(), date(2026, 1, 2), date(2026, 2, 3)
    assert Choice().words == "not checked"
    assert Choice(sample=sample.pk).words == f"the 2 of sample {sample.pk}"
    assert Choice("failed", "cat", "offline", dry.pk, since, until).words == (
        "caption failed, written without AI, by the prompt “Dry”, with the tag cat, uploaded from 2 January 2026 on,"
        " uploaded until 3 February 2026"
    )


def test_more_than_a_thousand_are_not_counted(monkeypatch):
    monkeypatch.setattr(choice, "COUNTED", 2)
    for number in range(5):
        due(number)
    assert Choice().left() == 3


@pytest.fixture
def many():
    """So many that the planners take an index where there is one; nearly all are reviewed."""
    dry, now = prompt(), timezone.now()
    review = {"captioned_by": "gemini-x", "prompt": dry}
    Image.objects.bulk_create(
        Image(
            s3_key=f"uploads/{n}",
            uploaded_at=now - timedelta(minutes=n),
            review="" if n % 50 else "due",
            visibility="visible" if n % 40 else "waiting",
            **review,
        )
        for n in range(2000)
    )
    images = list(Image.objects.all())
    jobs = ((image, "failed" if n % 50 == 7 else "done") for n, image in enumerate(images))
    Job.objects.bulk_create(Job(image=image, kind="annotation", state=state, due_at=now) for image, state in jobs)
    settled = [now - timedelta(minutes=n) if n % 50 else None for n in range(len(images))]
    Report.objects.bulk_create(Report(image=i, settled_at=at) for i, at in zip(images, settled, strict=True))
    ImageTag.objects.bulk_create(ImageTag(image=image, name=f"t{n % 100}") for n, image in enumerate(images))
    if SQLITE:  # MySQL looks at the index itself
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return dry


def test_the_next_is_one_look_at_an_index(many):
    looks = [
        ({}, "images_review"),
        ({"model": "gemini-x"}, "images_review"),
        ({"prompt": many.pk}, "images_review"),
        ({"since": date(2026, 1, 1)}, "images_review"),
        ({"state": "waiting"}, "images_gallery"),
        ({"state": "failed"}, "jobs_"),
        ({"state": "reported"}, "reports_open"),
        ({"tag": "t1"}, "PRIMARY"),
    ]
    for number, (of, index) in enumerate(looks):
        query = Choice(**of).images()[:3]
        plan = query.explain() if SQLITE else query.explain(format="TRADITIONAL")
        assert index in plan, of
        assert "SCAN" not in plan
        assert "images ALL" not in plan
        if number < 5:  # what is few is sorted
            assert "B-TREE" not in plan, of
            assert "filesort" not in plan, of
