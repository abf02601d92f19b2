import socket
import time
from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from gallery import dispatch, uploads
from gallery.models import Image
from processors import events, records
from processors.captioning import Retryable
from processors.captioning.offline import Offline
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
    assert jobs == []  # its object may still be on its way to the disk
    Image.objects.update(uploaded_at=timezone.now() - dispatch.SETTLED)
    dispatch.sweep()
    assert jobs == [(image.object_key, stage) for stage in records.STAGES]


@pytest.mark.parametrize(
    ("state", "attempts", "age", "found"),
    [
        ("running", 1, 0, False),
        ("running", 1, records.LEASE_SECONDS + 5, True),
        ("queued", 1, 1, False),  # it failed a moment ago
        ("queued", 1, 60, True),
        ("queued", 3, 60, False),
        ("queued", 3, 301, True),
        ("queued", 20, 3000, False),  # hourly by now
        ("queued", 20, 3601, True),
        ("failed", 3, 60, False),
        ("running", 3, 999, True),
        ("running", dispatch.TRIES, 999, False),
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
    Image.objects.filter(pk=second.pk).update(annotation_state="running", annotation_attempts=dispatch.TRIES)
    assert dispatch.take_up_interrupted() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.thumbnail_state == "queued"
    assert (second.annotation_state, second.annotation_error) == ("failed", dispatch.TOO_OFTEN)


def test_whoever_died_is_given_up_in_words(jobs):
    upload()
    long_ago = timezone.now() - timedelta(seconds=999)
    Image.objects.update(
        thumbnail_state="running", thumbnail_attempts=dispatch.TRIES, thumbnail_started_at=long_ago
    )  # fmt: skip
    dispatch.sweep()
    assert Image.objects.values_list("thumbnail_state", "thumbnail_error").get() == ("failed", dispatch.TOO_OFTEN)


@pytest.mark.parametrize(("age", "again"), [(0, []), (999, ["thumbnail"])])
def test_run_again_leaves_what_is_in_work(age, again):
    image = upload()
    started = timezone.now() - timedelta(seconds=age)
    Image.objects.update(thumbnail_state="running", thumbnail_started_at=started)
    assert dispatch.run_again(image, "thumbnail") == again


class Sns:
    def __init__(self, error: Exception | None = None) -> None:
        self.sent: list[dict[str, str]] = []
        self.error = error

    def publish(self, **message: str) -> None:
        if self.error:
            raise self.error
        self.sent.append(message)


@pytest.fixture
def on_aws(settings, monkeypatch) -> Sns:
    settings.ON_AWS, settings.TOPIC_ARN, settings.S3_BUCKET = True, "arn:topic", "bucket"
    sns = Sns()
    monkeypatch.setattr(dispatch, "_sns", lambda: sns)
    return sns


def test_run_again_on_aws_publishes_the_event_for_one_stage(on_aws):
    image = upload()
    assert dispatch.run_again(image, "thumbnail") == ["thumbnail"]
    assert on_aws.sent[0]["TopicArn"] == "arn:topic"
    (found,) = events.uploads({"Records": [{"Sns": on_aws.sent[0]}]})
    assert found == events.Upload("bucket", image.object_key, ("thumbnail",))


def test_what_can_not_be_announced_has_failed_in_words(on_aws):
    image, on_aws.error = upload(), EndpointConnectionError(endpoint_url="https://sns")
    assert dispatch.run_again(image, "annotation") == []
    image.refresh_from_db()
    assert image.annotation_state == "failed"
    assert "Run it again" in image.annotation_error


class Busy:
    def describe(self, subject):
        raise Retryable("Gemini's quota is used up for now (429).")


def test_a_long_outage_of_the_model_loses_no_caption(monkeypatch):
    monkeypatch.setattr(dispatch, "captioner", Busy)
    image = upload()
    for _ in range(dispatch.TRIES - 1):
        with pytest.raises(Retryable):
            dispatch.work(image.object_key, "annotation")
    monkeypatch.setattr(dispatch, "captioner", Offline)
    assert dispatch.work(image.object_key, "annotation") == "done"


def test_prepare_loads_samples_once(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("BIND", "127.0.0.1:1")
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    started = time.monotonic()
    call_command("prepare")
    assert time.monotonic() - started < 60
    assert Image.objects.count() >= 8
    assert len({(image.width, image.height) for image in Image.objects.all()}) > 3
    Image.objects.all().delete()
    call_command("prepare")
    assert not Image.objects.exists()  # a moderator deleted them; they do not come back


def test_a_second_server_is_refused(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("BIND", f"127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(CommandError, match="listens on"):
            call_command("prepare")
    assert not list(tmp_path.iterdir())
