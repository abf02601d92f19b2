"""The schema of image_annotations_db.

`processors/records.py` writes to the same tables by plain SQL: every column that it may leave out has a
`db_default`, and a contract test runs each of its statements against these models.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from gallery.fields import AsciiField

# An event lives for three tries of 150 s with Lambda's pauses of 60 and 120 s between them: 630 s. What still waits
# or runs after this time was lost on its way.
EVENT_LIFE = timedelta(minutes=15)


def new_uuid() -> str:
    return str(uuid.uuid4())


class State(models.TextChoices):
    """Where a stage (thumbnail or annotation) of an image stands."""

    QUEUED = "queued", "waiting"
    RUNNING = "running", "in work"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    DECLINED = "declined", "declined by the model"


class Visibility(models.TextChoices):
    VISIBLE = "visible", "visible"
    HIDDEN = "hidden", "hidden"
    ARRIVING = "arriving", "not whole yet"  # the row is there, its object not; for ever if the instance died between


WORK = ("started_at", "finished_at", "error")  # columns of a stage that `standing` needs beside its state


def standing(state: str, work: tuple[Any, ...], uploaded_at: datetime) -> State:
    """How a stage stands (`work`: the values of WORK). Failed also where it was tried and nothing more can come of it,
    as the event's last try ended without a word in the database; `redrive.overdue` finds the same rows. One machine
    tries for hours."""
    started_at, finished_at, error = work
    tried = state == State.RUNNING or (state == State.QUEUED and error)
    if not tried or not settings.ON_AWS:
        return State(state)
    since = (started_at if state == State.RUNNING else finished_at) or uploaded_at
    return State.FAILED if timezone.now() - since > EVENT_LIFE else State(state)


class Image(models.Model):
    """One picture: the object under uploads/, what was made of it, and where each stage stands."""

    uuid = AsciiField(max_length=36, unique=True, default=new_uuid, editable=False)
    # Percent-encoded where the object's key is not printable ASCII; see `processors.records.column_key`.
    s3_key = AsciiField("object key", max_length=255, unique=True, editable=False)
    original_name = models.CharField("name", max_length=255, db_default="", blank=True)
    content_type = models.CharField(max_length=64, db_default="", editable=False)
    byte_size = models.PositiveBigIntegerField(db_default=0, editable=False)
    width = models.PositiveIntegerField(db_default=0, editable=False)
    height = models.PositiveIntegerField(db_default=0, editable=False)
    # NULL for pictures that were put into the bucket directly: the site has not seen their bytes.
    sha256 = AsciiField(max_length=64, unique=True, null=True, editable=False)
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    visibility = models.CharField(
        max_length=16, choices=Visibility.choices, default=Visibility.VISIBLE, db_default=Visibility.VISIBLE
    )
    thumbnail_key = AsciiField(max_length=255, db_default="", editable=False)

    caption = models.CharField(max_length=1000, db_default="", blank=True)
    alt_text = models.CharField(max_length=500, db_default="", blank=True)
    captioned_by = models.CharField(max_length=64, db_default="", editable=False)
    caption_language = models.CharField(max_length=16, db_default="", editable=False)

    thumbnail_state = models.CharField(max_length=16, choices=State.choices, db_default=State.QUEUED, editable=False)
    thumbnail_attempts = models.PositiveIntegerField(db_default=0, editable=False)
    thumbnail_started_at = models.DateTimeField(null=True, editable=False)
    thumbnail_finished_at = models.DateTimeField(null=True, editable=False)
    thumbnail_error = models.CharField(max_length=500, db_default="", editable=False)

    annotation_state = models.CharField(max_length=16, choices=State.choices, db_default=State.QUEUED, editable=False)
    annotation_attempts = models.PositiveIntegerField(db_default=0, editable=False)
    annotation_started_at = models.DateTimeField(null=True, editable=False)
    annotation_finished_at = models.DateTimeField(null=True, editable=False)
    annotation_error = models.CharField(max_length=500, db_default="", editable=False)

    class Meta:
        db_table = "images"
        ordering = ["-uploaded_at", "-id"]
        indexes = [
            models.Index(fields=["visibility", "uploaded_at", "id"], name="images_gallery"),
            models.Index(fields=["uploaded_at", "id"], name="images_newest"),
        ]
        permissions = [("run_again", "Can run the thumbnail and the annotation again")]

    def __str__(self) -> str:
        return self.original_name or self.uuid

    def get_absolute_url(self) -> str:
        return reverse("image", args=[self.uuid])

    @property
    def object_key(self) -> str:
        """The key of the original in the bucket."""
        return unquote(self.s3_key)

    @property
    def preview_key(self) -> str:
        """The key of the 1600 px picture, made together with the thumbnail; "" while there is none."""
        return f"previews/{self.uuid}.webp" if self.thumbnail_key else ""

    @property
    def object_keys(self) -> list[str]:
        """Of the original and of all that was ever made of it, whether it is there or not."""
        made = [f"{folder}/{self.uuid}.webp" for folder in ("previews", "thumbnails")]
        return [self.object_key, *dict.fromkeys([*made, *filter(None, [self.thumbnail_key])])]

    def standing(self, stage: str) -> State:
        work = tuple(getattr(self, f"{stage}_{name}") for name in WORK)
        return standing(getattr(self, f"{stage}_state"), work, self.uploaded_at)


class Annotation(models.Model):
    """The ledger: one row for each caption that a model or a person has written. Nothing is changed or removed
    here; `Image.caption` is the current one."""

    class Author(models.TextChoices):
        MODEL = "model", "a model"
        PERSON = "person", "a person"

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="annotations")
    author = models.CharField(max_length=16, choices=Author.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    caption = models.CharField(max_length=1000, db_default="")
    alt_text = models.CharField(max_length=500, db_default="")
    tags = models.JSONField(default=list)
    model = models.CharField(max_length=64, db_default="")
    prompt_version = models.CharField(max_length=16, db_default="")
    language = models.CharField(max_length=16, db_default="")
    input_tokens = models.PositiveIntegerField(null=True)
    output_tokens = models.PositiveIntegerField(null=True)
    cost_usd = models.DecimalField("cost in USD", max_digits=12, decimal_places=8, null=True)
    latency_ms = models.PositiveIntegerField("latency in ms", null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "annotations"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.caption


class ImageTag(models.Model):
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=50, db_index=True)

    class Meta:
        db_table = "image_tags"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["image", "name"], name="image_tags_once")]

    def __str__(self) -> str:
        return self.name
