import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from gallery import dispatch, uploads
from gallery.models import Image
from processors import records
from tests import pictures

pytestmark = pytest.mark.django_db


def upload(seed: int = 1) -> Image:
    result = uploads.accept(SimpleUploadedFile(f"{seed}.jpg", pictures.jpeg(seed=seed)))
    assert result.image, result.problem
    return result.image


def test_it_works():
    image = upload()
    assert dispatch.work(image.object_key, "thumbnail") == "done"
    assert dispatch.work(image.object_key, "annotation") == "done"
    image.refresh_from_db()
    assert image.thumbnail_key == f"thumbnails/{image.uuid}.webp"
    assert image.captioned_by == "offline"


@pytest.fixture
def jobs(monkeypatch) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(dispatch, "_enqueue", lambda key, stage: found.append((key, stage)))
    return found


def test_sweep_finds_what_waits(jobs):
    image = upload()
    jobs.clear()
    dispatch.sweep()
    assert jobs == [(image.object_key, stage) for stage in records.STAGES]


@pytest.mark.parametrize(
    ("state", "attempts", "age", "found"),
    [
        ("running", 1, 0, False),
        ("running", 1, records.LEASE_SECONDS + 5, True),
        ("queued", 1, 1, False),  # it failed a moment ago
        ("queued", 1, 60, True),
        ("failed", 3, 60, False),
        ("running", 3, 999, False),
    ],
)
def test_sweep_leaves_the_rest(jobs, state, attempts, age, found):
    upload()
    started = timezone.now() - timedelta(seconds=age)
    Image.objects.update(
        annotation_state="done", thumbnail_state=state, thumbnail_attempts=attempts, thumbnail_started_at=started
    )
    jobs.clear()
    dispatch.sweep()
    assert bool(jobs) == found


def test_interrupted_work_is_taken_up():
    upload(1)
    upload(2)
    first, second = Image.objects.order_by("id")
    Image.objects.filter(pk=first.pk).update(thumbnail_state="running", thumbnail_attempts=1)
    Image.objects.filter(pk=second.pk).update(annotation_state="running", annotation_attempts=3)
    assert dispatch.take_up_interrupted() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.thumbnail_state == "queued"
    assert (second.annotation_state, second.annotation_error) == ("failed", "It was interrupted too often.")


def test_run_again_on_aws_publishes_the_event(settings, monkeypatch):
    settings.ON_AWS, settings.TOPIC_ARN, settings.S3_BUCKET = True, "arn:topic", "bucket"
    sent = []

    class Sns:
        def publish(self, **message):
            sent.append(message)

    monkeypatch.setattr(dispatch, "_sns", Sns)
    image = upload()
    dispatch.run_again(image, "thumbnail")
    assert sent[0]["TopicArn"] == "arn:topic"
    assert image.object_key in sent[0]["Message"]


def test_prepare_loads_samples_once(settings, tmp_path):
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    started = time.monotonic()
    call_command("prepare")
    assert time.monotonic() - started < 60
    assert Image.objects.count() >= 8
    assert len({(image.width, image.height) for image in Image.objects.all()}) > 3
    Image.objects.all().delete()
    call_command("prepare")
    assert not Image.objects.exists()  # a moderator deleted them; they do not come back
