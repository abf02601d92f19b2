"""Both processors on a migrated database and a storage in memory."""

import io
from contextlib import nullcontext

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from PIL import Image as Pillow

from gallery.models import Annotation, Image, Job
from processors import annotation, job, records, thumbnail
from processors.captioning import Declined, Permanent, Retryable
from processors.captioning.offline import Offline
from processors.events import Upload
from processors.images.check import MIB, Busy, Limits
from processors.job import Resources
from processors.store import ObjectMissing
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

    def describe(self, subject, purse):
        self.subjects.append(subject)
        if self.problem:
            raise self.problem
        return Offline().describe(subject, purse)


def do(processor, objects, captioner=None, limits=Limits(), upload=UPLOAD):  # noqa: B008
    def nothing(_):
        return nullcontext()

    return processor.process(
        upload, Resources(objects, connection, limits, lambda: captioner or Offline(), transaction=nothing)
    )


def its(kind):
    return Job.objects.get(kind=kind)


def due_now():
    Job.objects.update(due_at=timezone.now())


@pytest.fixture
def objects():
    return Memory(**{UPLOAD.key: pictures.jpeg(exif=pictures.exif(6))})


def test_it_works(objects):
    assert do(thumbnail, objects) == "done"
    assert do(annotation, objects) == "done"
    image = Image.objects.get()  # registered by itself: the object came without the site
    assert (image.original_name, image.width, image.height) == ("a+b ö.jpg", 480, 640)
    assert (its("thumbnail").state, its("annotation").state, image.captioned_by) == ("done", "done", "offline")
    with Pillow.open(io.BytesIO(objects.objects[image.thumbnail_key])) as small:
        assert small.size == (300, 400)
    assert image.preview_key in objects.objects
    assert "17 May 2024" in image.caption


def test_delivered_again_nothing_is_done_again(objects):
    asked = Says(None)
    outcomes = [do(annotation, objects, asked) for _ in range(3)]
    assert outcomes == ["done", "skipped", "skipped"]
    assert len(asked.subjects) == Annotation.objects.count() == 1


@pytest.mark.parametrize("first", ["thumbnail", "annotation"])
def test_what_the_model_sees(objects, first):
    """From the preview or from the original: the same, without metadata."""
    asked = Says(None)
    if first == "thumbnail":
        do(thumbnail, objects)
        del objects.objects[UPLOAD.key]
    do(annotation, objects, asked)
    (subject,) = asked.subjects
    assert pictures.GPS_TEXT not in subject.jpeg
    assert (subject.width, subject.height, subject.taken.day) == (480, 640, 17)
    with Pillow.open(io.BytesIO(subject.jpeg)) as image:
        assert image.size == (480, 640)
        assert not image.getexif()


def test_preview_that_somebody_tidied_away(objects):
    do(thumbnail, objects)
    del objects.objects[Image.objects.get().preview_key]
    assert do(annotation, objects) == "done"


def test_object_gone():
    assert do(thumbnail, Memory()) == "gone"
    assert not Image.objects.exists()


def test_not_a_picture():
    objects = Memory(**{UPLOAD.key: b"<html>"})
    assert do(thumbnail, objects) == "failed"
    assert "web page" in its("thumbnail").error


def test_too_large_for_this_memory():
    objects = Memory(**{UPLOAD.key: pictures.png(3000, 3000)})
    assert do(thumbnail, objects, limits=Limits(memory=64 * MIB)) == "failed"
    assert "more memory" in its("thumbnail").error


@pytest.mark.parametrize(
    ("problem", "outcome", "state"),
    [(Declined("no"), "declined", "declined"), (Permanent("bad key"), "failed", "failed")],
)
def test_what_a_retry_cannot_cure_is_swallowed(objects, problem, outcome, state):
    assert do(annotation, objects, Says(problem)) == outcome
    assert (its("annotation").state, its("annotation").error) == (state, str(problem))


@pytest.mark.parametrize("problem", [Retryable("busy"), OSError("disk")])
def test_what_a_retry_can_cure_is_put_off(objects, problem):
    """The job says so, and its message is needed no more. The last try ends it."""
    assert do(annotation, objects, Says(problem)) == "later"
    assert (its("annotation").state, its("annotation").attempts) == ("queued", 1)
    Job.objects.update(due_at=timezone.now(), attempts=records.TRIES - 1)
    assert do(annotation, objects, Says(problem)) == "failed"
    assert its("annotation").state == "failed"


def test_what_can_not_be_recorded_is_raised(objects, monkeypatch):
    def away(*arguments, **named):
        raise OperationalError("MySQL server has gone away")

    monkeypatch.setattr(records, "fail", away)
    monkeypatch.setattr(job.time, "sleep", lambda seconds: None)
    with pytest.raises(OperationalError):
        do(annotation, objects, Says(OSError("disk")))


def test_before_it_is_due_nobody_is_asked(objects):
    asked = Says(Retryable("Gemini's quota is used up.", 37.0))
    assert [do(annotation, objects, asked) for _ in range(2)] == ["later", "later"]
    assert len(asked.subjects) == 1


def test_no_place_to_decode_counts_as_no_try(objects):
    assert do(annotation, objects, Says(Busy("Others are decoding."))) == "later"
    assert (its("annotation").state, its("annotation").attempts) == ("queued", 0)


def test_somebody_else_does_it(objects):
    do(thumbnail, objects)
    records.claim(connection, UPLOAD.key, "annotation")
    assert do(annotation, objects) == "later"


def test_key_that_does_not_fit(objects):
    assert do(thumbnail, objects, upload=Upload("b", "uploads/" + "ö" * 90)) == "gone"


def test_nothing_stays_of_a_picture_that_was_deleted_meanwhile(objects):
    class Slow(Memory):
        def put(self, key, body, content_type):
            super().put(key, body, content_type)
            Image.objects.all().delete()

    slow = Slow(**objects.objects)
    assert do(thumbnail, slow) == "stale"
    assert list(slow.objects) == [UPLOAD.key]


def test_processors_are_found_by_their_name():
    assert [job.process_of(kind) for kind in records.KINDS] == [thumbnail.process, annotation.process]
