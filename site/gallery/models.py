"""The schema of image_annotations_db.

`processors/records.py` writes to the same tables by plain SQL: every column that it may leave out has a
`db_default`, and a contract test runs each of its statements against these models. Such a column has the same
`default`: MySQL has no INSERT … RETURNING, and a saved instance would hold a placeholder, which is truthy.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from gallery.fields import AsciiField
from processors import records

# A job that nobody has taken up for as long as a message lives was lost on its way, or whoever works is gone.
OVERDUE_AFTER = records.EVENT_LIFE

OFFLINE, PERSON = "offline", "person"  # who may have written a caption, but for the models


def new_uuid() -> str:
    return str(uuid.uuid4())


class Visibility(models.TextChoices):
    VISIBLE = "visible", "visible"
    HIDDEN = "hidden", "hidden"
    WAITING = "waiting", "waiting for a moderator"  # it looks like one that was hidden
    ARRIVING = "arriving", "not whole yet"  # the row is there, its object not; for ever if the instance died between


def hash_band() -> AsciiField:
    return AsciiField(max_length=4, default="", db_default="", editable=False)


class Image(models.Model):
    """One picture: the object under uploads/, what was made of it, and who may see it."""

    uuid = AsciiField(max_length=36, unique=True, default=new_uuid, editable=False)
    # Percent-encoded where the object's key is not printable ASCII; see `processors.records.column_key`.
    s3_key = AsciiField("object key", max_length=255, unique=True, editable=False)
    original_name = models.CharField("name", max_length=255, default="", db_default="", blank=True)
    content_type = models.CharField(max_length=64, default="", db_default="", editable=False)
    byte_size = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    width = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    height = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # NULL for pictures that were put into the bucket directly: the site has not seen their bytes.
    sha256 = AsciiField(max_length=64, unique=True, null=True, editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    visibility = models.CharField(
        max_length=16, choices=Visibility.choices, default=Visibility.VISIBLE, db_default=Visibility.VISIBLE
    )
    thumbnail_key = AsciiField(max_length=255, default="", db_default="", editable=False)

    caption = models.CharField(max_length=1000, default="", db_default="", blank=True)
    alt_text = models.CharField(max_length=500, default="", db_default="", blank=True)
    captioned_by = models.CharField(max_length=64, default="", db_default="", editable=False)
    caption_language = models.CharField(max_length=16, default="", db_default="", editable=False)
    text = models.CharField("words in the picture", max_length=2000, default="", db_default="", blank=True)
    # By which the current caption was asked for; NULL for a person's, and for one that no model wrote.
    prompt = models.ForeignKey(
        "Prompt", null=True, on_delete=models.PROTECT, db_constraint=False, editable=False, related_name="+"
    )

    perceptual_hash = AsciiField(max_length=16, default="", db_default="", editable=False)  # 64 bits in hexadecimal
    # Its quarters (`records.hash_bands`). Of hashes that differ in up to three bits at least one quarter is the same,
    # which is a look at an index.
    hash_band_1, hash_band_2, hash_band_3, hash_band_4 = hash_band(), hash_band(), hash_band(), hash_band()
    taken_at = models.DateTimeField(null=True, editable=False)  # by the camera's clock, whose zone nobody knows

    # Of the random id in the uploader's cookie only the SHA-256 is kept; "" where nobody is known.
    uploader = AsciiField(max_length=64, default="", db_default="", editable=False)
    hidden_reason = models.CharField("reason for hiding", max_length=200, default="", db_default="", blank=True)
    hidden_at = models.DateTimeField(null=True, editable=False)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, editable=False, related_name="+"
    )

    class Meta:
        db_table = "images"
        ordering = ["-uploaded_at", "-id"]
        indexes = [
            models.Index(fields=["visibility", "uploaded_at", "id"], name="images_gallery"),
            models.Index(fields=["uploaded_at", "id"], name="images_newest"),
            models.Index(fields=["uploader", "uploaded_at", "id"], name="images_uploader"),
            # What a recaption may choose by; prompt_id has an index of its own.
            models.Index(fields=["captioned_by"], name="images_captioned_by"),
            models.Index(fields=["caption_language"], name="images_caption_language"),
            *(models.Index(fields=[f"hash_band_{n}"], name=f"images_hash_band_{n}") for n in range(1, 5)),
        ]
        permissions = [("run_again", "Can run the thumbnail and the annotation again")]

    def __str__(self) -> str:
        return self.original_name or self.uuid

    def get_absolute_url(self) -> str:
        return reverse("image", args=[self.uuid])

    @property
    def object_key(self) -> str:
        """The key of the original in the bucket."""
        return records.object_key(self.s3_key)

    @property
    def preview_key(self) -> str:
        """The key of the 1600 px picture, made together with the thumbnail; "" while there is none."""
        return f"previews/{self.uuid}.webp" if self.thumbnail_key else ""

    @property
    def object_keys(self) -> list[str]:
        """Of the original and of all that was ever made of it, whether it is there or not."""
        made = [f"{folder}/{self.uuid}.webp" for folder in ("previews", "thumbnails")]
        return [self.object_key, *dict.fromkeys([*made, *filter(None, [self.thumbnail_key])])]


class State(models.TextChoices):
    """What is known of a job. "Paused" is put off for a reason that a person should know, and counts as no try."""

    QUEUED = "queued", "waiting"
    RUNNING = "running", "in progress"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    DECLINED = "declined", "declined by the model"
    PAUSED = "paused", "paused"


# How a job stands, for people: as its state says, or "overdue" where it should long have been taken up.
OVERDUE = "overdue"
STATUSES = dict(State.choices) | {OVERDUE: OVERDUE}
_MAY_BE_OVERDUE = (State.QUEUED, State.RUNNING)


def job_name(kind: str) -> str:
    """A kind of job in a word for people."""
    return {"annotation": "Caption", records.TRIAL: "Trial of a prompt"}.get(kind, kind.capitalize())


def status_q(status: str, path: str = "") -> models.Q:
    """The condition for jobs that stand so, as `Job.status` says. `path` leads to them from another model:
    "jobs__"."""
    limit = timezone.now() - OVERDUE_AFTER
    if status == OVERDUE:
        return models.Q(**{f"{path}state__in": _MAY_BE_OVERDUE, f"{path}due_at__lt": limit})
    on_time = {f"{path}due_at__gte": limit} if status in _MAY_BE_OVERDUE else {}
    return models.Q(**{f"{path}state": status, **on_time})


class JobQuerySet(models.QuerySet["Job"]):
    def with_status(self, status: str) -> "JobQuerySet":
        """The jobs that stand so."""
        return self.filter(status_q(status))


class Job(models.Model):
    """The queue: one row for each thing to be done with a picture. `due_at` is not-before while it is queued or
    paused, and the end of the lease while it is running. `kind`: one of `records.KINDS`, or `records.TRIAL`."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="jobs")
    kind = AsciiField(max_length=16)
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED, db_default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, default="", db_default="")
    # Of a trial, the prompt that is tried; of a caption that is written again, what had it written again.
    prompt = models.ForeignKey("Prompt", null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    recaption = models.ForeignKey(
        "Recaption", null=True, on_delete=models.SET_NULL, db_constraint=False, db_index=False, related_name="jobs"
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "jobs"
        constraints = [models.UniqueConstraint(fields=["image", "kind"], name="jobs_once")]
        indexes = [
            models.Index(fields=["kind", "state", "due_at"], name="jobs_queue"),
            models.Index(fields=["kind", "state", "image"], name="jobs_state"),  # for the moderators' list
            models.Index(fields=["recaption", "state"], name="jobs_recaption"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.image_id}"

    @property
    def name(self) -> str:
        return job_name(self.kind)

    @property
    def status(self) -> str:
        """How this job stands, as `status_q` finds it; its words are in STATUSES."""
        late = self.state in _MAY_BE_OVERDUE and self.due_at < timezone.now() - OVERDUE_AFTER
        return OVERDUE if late else str(self.state)


class Annotation(models.Model):
    """The ledger: one row for each request to a model, and for each caption that a person has written. A request is
    here before it is sent, and its answer settles it (`processors/ledger.py`). After that nothing is changed or
    removed, but that the words go with a picture that is deleted. `Image.caption` is the current one."""

    class Author(models.TextChoices):
        MODEL = "model", "a model"
        PERSON = "person", "a person"

    class Outcome(models.TextChoices):
        """What came of a request to a model. Each one but those refused was paid for, or may have been."""

        CAPTION = "caption", "a caption"
        TRIAL = "trial", "a caption on trial"
        CUT_OFF = "cut off", "cut off"
        UNREADABLE = "unreadable", "could not be read"
        DECLINED = "declined", "declined"
        REFUSED = "refused", "refused"
        UNKNOWN = "unknown", "no answer"

    image = models.ForeignKey(Image, null=True, on_delete=models.SET_NULL, related_name="annotations")
    author = models.CharField(max_length=16, choices=Author.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    caption = models.CharField(max_length=1000, default="", db_default="")
    alt_text = models.CharField(max_length=500, default="", db_default="")
    tags = models.JSONField(default=list)
    text = models.CharField("words in the picture", max_length=2000, default="", db_default="")
    model = models.CharField(max_length=64, default="", db_default="")
    prompt = models.ForeignKey(
        "Prompt", null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    prompt_version = models.CharField(max_length=16, default="", db_default="")  # of our own part of the instructions
    language = models.CharField(max_length=16, default="", db_default="")
    input_tokens = models.PositiveIntegerField(null=True)
    output_tokens = models.PositiveIntegerField(null=True)
    cost_usd = models.DecimalField("cost in USD", max_digits=12, decimal_places=8, null=True)
    latency_ms = models.PositiveIntegerField("latency in ms", null=True)
    outcome = models.CharField(
        max_length=16, choices=Outcome.choices, default=Outcome.CAPTION, db_default=Outcome.CAPTION
    )
    created_at = models.DateTimeField(default=timezone.now, db_default=Now())

    class Meta:
        db_table = "annotations"
        ordering = ["-id"]
        # All that the spending page asks for, so that it reads the index alone.
        indexes = [
            models.Index(fields=["created_at", "model", "prompt", "outcome", "cost_usd"], name="annotations_spending")
        ]

    def __str__(self) -> str:
        return self.caption

    @property
    def by(self) -> str:
        """Who wrote it, in words for everybody: a person's name is for moderators."""
        if self.author == self.Author.PERSON:
            return "a person"
        return "described without AI" if self.model == OFFLINE else self.model


class ImageTag(models.Model):
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=50, db_index=True)

    class Meta:
        db_table = "image_tags"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["image", "name"], name="image_tags_once")]

    def __str__(self) -> str:
        return self.name


class Translation(models.Model):
    """The current caption of a picture in a further language; the main one stands in `Image`."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="translations")
    language = AsciiField(max_length=16)
    caption = models.CharField(max_length=1000, default="", db_default="")
    alt_text = models.CharField(max_length=500, default="", db_default="", blank=True)
    tags = models.JSONField(default=list)
    captioned_by = models.CharField(max_length=64, default="", db_default="", editable=False)

    class Meta:
        db_table = "translations"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["image", "language"], name="translations_once")]

    def __str__(self) -> str:
        return self.caption


class Prompt(models.Model):
    """How captions should be written. One is active; one that was used is never changed, as the ledger points to it.
    `vocabulary` and `languages`: words between commas."""

    name = models.CharField(max_length=60, unique=True)
    style = models.CharField("house style", max_length=4000, default="", blank=True)
    vocabulary = models.CharField("preferred tags", max_length=2000, default="", blank=True)
    languages = models.CharField(max_length=90, default="", blank=True)
    tell_name = models.BooleanField("tell the file's name", default=False)
    tell_date = models.BooleanField("tell when it was taken", default=False)
    # True or NULL, so that a unique index allows one only: MySQL has no index with a condition.
    active = models.BooleanField(null=True, unique=True, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "prompts"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Budget(models.Model):
    """What requests to models have cost in a month (UTC, "2026-11"), those included that may be under way: the sum of
    the month's rows in the ledger. One row, so that one UPDATE decides who may spend the last of it."""

    month = AsciiField(max_length=7, unique=True)
    spent_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0, db_default=0)

    class Meta:
        db_table = "budgets"
        default_permissions = ("view",)
        verbose_name_plural = "spending"

    def __str__(self) -> str:
        return self.month


class Recaption(models.Model):
    """Captions of many pictures that are written again, a few at a time (`gallery.work.recaption`). `criteria`: what
    chooses the pictures. `last_image`: the highest id that was looked at."""

    criteria = models.JSONField(default=dict)
    pictures = models.PositiveIntegerField(default=0)  # that the criteria chose when it began
    last_image = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)  # all are queued, or somebody stopped it
    stopped = models.BooleanField(default=False)

    class Meta:
        db_table = "recaptions"
        ordering = ["-id"]
        default_permissions = ("add", "view")
        indexes = [models.Index(fields=["ended_at", "id"], name="recaptions_open")]

    def __str__(self) -> str:
        return f"recaption {self.pk}"


class RemovedPicture(models.Model):
    """What stays of a picture that was deleted while it was hidden, so that the same bytes do not come back."""

    sha256 = AsciiField(max_length=64, unique=True)
    perceptual_hash = AsciiField(max_length=16, default="", db_default="")
    removed_at = models.DateTimeField(default=timezone.now, db_default=Now())

    class Meta:
        db_table = "removed_pictures"

    def __str__(self) -> str:
        return self.sha256


class Report(models.Model):
    """A visitor says that something is wrong with a picture; moderators have the list."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=500, default="", db_default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, editable=False)

    class Meta:
        db_table = "reports"
        ordering = ["-id"]
        indexes = [models.Index(fields=["settled_at", "id"], name="reports_open")]

    def __str__(self) -> str:
        return f"report of {self.image_id}"


class ClientDay(models.Model):
    """What one client address sent on one day (UTC). `client` is a keyed hash: the address itself is not kept."""

    client = AsciiField(max_length=64)
    day = models.DateField()
    uploads = models.PositiveIntegerField(default=0, db_default=0)
    cpu_ms = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "client_days"
        constraints = [models.UniqueConstraint(fields=["client", "day"], name="client_days_once")]
        indexes = [models.Index(fields=["day"], name="client_days_day")]

    def __str__(self) -> str:
        return f"{self.client} on {self.day}"
