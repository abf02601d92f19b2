"""What was written about pictures, by which prompt, and what it cost."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from gallery.fields import AsciiField
from gallery.models.image import OFFLINE, Image, Verdict


class Annotation(models.Model):
    """The ledger: one row for each request to a model, and for each caption that a person has written or looked at. A
    request is here before it is sent, and its answer settles it (`processors/ledger.py`). After that nothing is changed
    or removed, but that the words go with a picture that is deleted. `Image.caption` is the current one."""

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
        REVIEW = "review", "a review"  # by a person, who wrote nothing

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
    # Of a review: what a person thought of `judged`, which is another row of the ledger: a caption; or, where the
    # verdict is "undone", a review. `before`: how the picture was (`gallery.review.snapshot`). `distance`: how many
    # characters an edit has changed.
    judged = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, db_constraint=False, editable=False, related_name="reviews"
    )
    verdict = models.CharField(max_length=16, choices=Verdict.choices, default="", db_default="", editable=False)
    before = models.JSONField(null=True, editable=False)
    distance = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        db_table = "annotations"
        ordering = ["-id"]
        # All that the spending page asks for, so that it reads the index alone.
        indexes = [
            models.Index(fields=["created_at", "model", "prompt", "outcome", "cost_usd"], name="annotations_spending"),
            models.Index(fields=["verdict", "created_at", "judged"], name="annotations_verdict"),
        ]

    def __str__(self) -> str:
        return self.caption

    @property
    def by(self) -> str:
        """Who wrote it, in words for everybody: a person's name is for moderators."""
        if self.author == self.Author.PERSON:
            return "a person"
        return "described without AI" if self.model == OFFLINE else self.model


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
