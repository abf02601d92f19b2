"""Both processors on a migrated database and a storage in memory."""

import io

import pytest
from django.db import connection
from PIL import Image as Pillow

from gallery.models import Annotation, Image
from processors import annotation, records, thumbnail
from processors.captioning import Declined, Permanent, Retryable
from processors.captioning.offline import Offline
from processors.events import Upload
from processors.images.check import MIB, Limits
from processors.objects import ObjectMissing
from tests import pictures

pytestmark = pytest.mark.django_db
UPLOAD = Upload("bucket", "uploads/a+b ö.jpg")


class Memory:
    def __init__(self, **objects):
        self.objects = objects

    def size(self, key):
        return len(self._body(key))

    def get(self, key):
        return io.BytesIO(self._body(key))

    def put(self, key, body, content_type):
        assert content_type == "image/webp"
        self.objects[key] = body

    def delete(self, key):
        del self.objects[key]

    def _body(self, key):
        if key not in self.objects:
            raise ObjectMissing(key)
        return self.objects[key]


class Says:
    def __init__(self, problem):
        self.problem, self.subjects = problem, []

    def describe(self, subject):
        self.subjects.append(subject)
        if self.problem:
            raise self.problem
        return Offline().describe(subject)


@pytest.fixture
def objects():
    return Memory(**{UPLOAD.key: pictures.jpeg(exif=pictures.exif(6))})


def test_it_works(objects):
    assert thumbnail.process(UPLOAD, objects, connection) == "done"
    assert annotation.process(UPLOAD, objects, connection, Offline()) == "done"
    image = Image.objects.get()  # registered by itself: the object came without the site
    assert (image.original_name, image.width, image.height) == ("a+b ö.jpg", 480, 640)
    assert (image.thumbnail_state, image.annotation_state, image.captioned_by) == ("done", "done", "offline")
    with Pillow.open(io.BytesIO(objects.objects[image.thumbnail_key])) as small:
        assert small.size == (300, 400)
    assert image.preview_key in objects.objects
    assert "17 May 2024" in image.caption


def test_delivered_again_nothing_is_done_again(objects):
    asked = Says(None)
    outcomes = [annotation.process(UPLOAD, objects, connection, asked) for _ in range(3)]
    assert outcomes == ["done", "skipped", "skipped"]
    assert len(asked.subjects) == Annotation.objects.count() == 1


def test_what_the_model_sees(objects):
    asked = Says(None)
    annotation.process(UPLOAD, objects, connection, asked)
    jpeg = asked.subjects[0].jpeg
    assert pictures.GPS_TEXT not in jpeg
    with Pillow.open(io.BytesIO(jpeg)) as image:
        assert max(image.size) <= 1024
        assert not image.getexif()


def test_object_gone():
    assert thumbnail.process(UPLOAD, Memory(), connection) == "gone"
    assert not Image.objects.exists()


def test_not_a_picture():
    objects = Memory(**{UPLOAD.key: b"<html>"})
    assert thumbnail.process(UPLOAD, objects, connection) == "failed"
    assert "web page" in Image.objects.get().thumbnail_error


def test_too_large_for_this_memory(objects):
    limits = Limits(memory=MIB)
    assert thumbnail.process(UPLOAD, objects, connection, limits) == "failed"
    assert "more memory" in Image.objects.get().thumbnail_error


@pytest.mark.parametrize(
    ("problem", "outcome", "state"),
    [(Declined("no"), "declined", "declined"), (Permanent("bad key"), "failed", "failed")],
)
def test_what_a_retry_cannot_cure_is_swallowed(objects, problem, outcome, state):
    assert annotation.process(UPLOAD, objects, connection, Says(problem)) == outcome
    image = Image.objects.get()
    assert (image.annotation_state, image.annotation_error) == (state, str(problem))


@pytest.mark.parametrize("problem", [Retryable("busy"), OSError("disk")])
def test_what_a_retry_can_cure_is_raised(objects, problem):
    states = []
    for _ in range(3):
        with pytest.raises(type(problem)):
            annotation.process(UPLOAD, objects, connection, Says(problem))
        states.append(Image.objects.get().annotation_state)
    assert states == ["queued", "queued", "failed"]


def test_busy_is_raised_so_that_lambda_comes_back(objects):
    thumbnail.process(UPLOAD, objects, connection)
    records.claim(connection, UPLOAD.key, "annotation")
    with pytest.raises(records.Busy):
        annotation.process(UPLOAD, objects, connection, Offline())


def test_key_that_does_not_fit(objects):
    assert thumbnail.process(Upload("b", "uploads/" + "ö" * 90), objects, connection) == "gone"


def test_nothing_stays_of_a_picture_that_was_deleted_meanwhile(objects):
    class Slow(Memory):
        def put(self, key, body, content_type):
            super().put(key, body, content_type)
            Image.objects.all().delete()

    slow = Slow(**objects.objects)
    assert thumbnail.process(UPLOAD, slow, connection) == "stale"
    assert list(slow.objects) == [UPLOAD.key]
