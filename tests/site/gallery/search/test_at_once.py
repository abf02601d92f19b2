"""Several who write captions at the same moment, as threads. On SQLite, and on MariaDB with TEST_DATABASE=mysql."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from gallery import captions
from gallery.models import Image, ImageWord, Job, SearchWord
from gallery.search import backfill
from processors import records
from processors.captioning import Words
from tests.processors.test_records import CAPTION
from tests.site.gallery.admin.form import change
from tests.site.gallery.rows import job, make

pytestmark = pytest.mark.django_db(transaction=True)
KNOWN = [f"known{number}" for number in range(30)]
ROUNDS = 8


def said() -> str:
    """Words that others use as well, and some that are new, to several at once."""
    new = [f"new{random.randrange(200)}" for _ in range(8)]
    return " ".join(random.sample(KNOWN, 12) + new)


NAMES = [said() for _ in range(12)]


def model(image: Image) -> None:
    """As a function does it; `job.record` would try again what fails."""
    late = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=job(image).pk).update(state="queued", due_at=late, attempts=0)
    if not (claim := records.claim(connection, image.object_key, "annotation")):
        return  # a person has just settled it
    words = (Words("en", said(), said()), Words("de", said(), ""))  # without tags: MariaDB locks small tables whole
    with transaction.atomic():
        records.finish_annotation(connection, claim, replace(CAPTION, words=words))


def person(image: Image) -> None:
    captions.write(Image.objects.get(pk=image.pk), User.objects.get(), caption=said(), alt_text=said(), tags=[])


def imported(_: Image) -> None:
    """By both functions at once."""
    number = random.randrange(len(NAMES))
    new = {"key": f"uploads/{number}.jpg", "uuid": f"u-{number}", "original_name": NAMES[number], "byte_size": 1}
    with transaction.atomic():
        records.register(connection, **new)


def worker(_: Image) -> None:
    """As for a new version of the words."""
    Image.objects.filter(pk__in=list(Image.objects.values_list("pk", flat=True)[:3])).update(indexed=0)
    for _count in backfill.batches():
        pass


def again_and_again(does: Callable[[Image], None], image: Image) -> str:
    """What went wrong; "" for nothing."""
    try:
        for _ in range(ROUNDS):
            does(image)
    except Exception as problem:
        return repr(problem)
    finally:
        connections.close_all()
    return ""


def counts() -> dict[str, int]:
    return dict(SearchWord.objects.filter(pictures__gt=0).values_list("word", "pictures"))


def test_nobody_waits_in_a_circle_and_every_word_is_counted():
    User.objects.create_user("mod")
    images = [make(number, captioned_by="", caption="", original_name=said()) for number in range(11)]
    does: list[Callable[[Image], None]] = [model] * 4 + [person] * 3 + [imported] * 3 + [worker]
    with ThreadPoolExecutor(len(images)) as pool:
        assert list(pool.map(again_and_again, does, images)) == [""] * len(images)
    found = ImageWord.objects.values("word").annotate(count=Count("image_id"))
    assert counts() == dict(found.values_list("word", "count"))


def form(image: Image) -> None:
    client = Client()
    client.force_login(User.objects.get())
    change(client, image, original_name=said(), caption=said())


def test_a_moderators_form_and_a_function_at_the_same_picture():
    User.objects.create_superuser("mod")
    image = make(1)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(again_and_again, [form, model], [image] * 2)) == ["", ""]
