"""A picture, and what hangs on it: its tags and its captions in further languages."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from gallery.fields import AsciiField, WordField
from processors import records, words

OFFLINE, PERSON = "offline", "person"  # who may have written a caption, but for the models
DUE = "due"


def new_uuid() -> str:
    return str(uuid.uuid4())


class Visibility(models.TextChoices):
    VISIBLE = "visible", "visible"
    HIDDEN = "hidden", "hidden"
    WAITING = "waiting", "waiting for a moderator"  # it looks like one that was hidden, or PUBLISH has all wait
    ARRIVING = "arriving", "not whole yet"  # the row is there, its object not; for ever if the instance died between


class Verdict(models.TextChoices):
    """What a person thought of a caption. The last two are never a picture's own, and stand in the ledger only."""

    ACCEPTED = "accepted", "accepted"
    EDITED = "edited", "edited"
    REWRITTEN = "rewritten", "sent back to the model"
    HIDDEN = "hidden", "hidden"
    KEPT = "kept", "the caption before was kept"  # over what a model has proposed
    UNDONE = "undone", "undone"  # of a verdict


PROTECTED = (Verdict.ACCEPTED, Verdict.EDITED)  # no model overwrites a caption of these (`records`)


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

    # DUE while nobody has looked at the caption, or at what a model has proposed since somebody did; else "".
    review = AsciiField(max_length=8, default="", db_default="", editable=False)
    # The last verdict on the caption that is current; "" where nobody has looked at it. What was accepted or edited is
    # never overwritten by a model.
    verdict = models.CharField(max_length=16, choices=Verdict.choices, default="", db_default="", editable=False)
    reviewed_at = models.DateTimeField(null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        db_constraint=False,
        db_index=False,
        editable=False,
        related_name="+",
    )

    # By which version of the words it is found (`processors.search_index`); 0: not yet.
    indexed = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    perceptual_hash = AsciiField(max_length=16, default="", db_default="", editable=False)  # 64 bits in hexadecimal
    # Its quarters (`processors.alike.hash_bands`). Of hashes that differ in up to three bits at least one quarter is
    # the same, which is a look at an index.
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
        verbose_name = "picture"
        ordering = ["-uploaded_at", "-id"]
        indexes = [
            models.Index(fields=["visibility", "uploaded_at", "id"], name="images_gallery"),
            models.Index(fields=["uploaded_at", "id"], name="images_newest"),
            models.Index(fields=["uploader", "uploaded_at", "id"], name="images_uploader"),
            # What a recaption may choose by; prompt_id has an index of its own.
            models.Index(fields=["captioned_by"], name="images_captioned_by"),
            models.Index(fields=["caption_language"], name="images_caption_language"),
            # The queue of the review: its next picture is one lookup, also of one model or prompt.
            models.Index(fields=["review", "uploaded_at", "id"], name="images_review"),
            models.Index(fields=["captioned_by", "review", "uploaded_at"], name="images_review_model"),
            models.Index(fields=["prompt", "review", "uploaded_at"], name="images_review_prompt"),
            models.Index(fields=["indexed", "id"], name="images_indexed"),
            models.Index(fields=["verdict", "uploaded_at", "id"], name="images_verdict"),  # for the moderators' list
            *(models.Index(fields=[f"hash_band_{n}"], name=f"images_hash_band_{n}") for n in range(1, 5)),
        ]
        permissions = [("run_again", "Can run the thumbnail and the annotation again")]

    def __str__(self) -> str:
        return self.original_name or self.uuid

    def get_absolute_url(self) -> str:
        return reverse("image", args=[self.uuid])

    @property
    def has_proposal(self) -> bool:
        """Whether a model has written since a person wrote or accepted the caption, and nobody has looked at that."""
        return self.review == DUE and (self.captioned_by == PERSON or self.verdict in PROTECTED)

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


class ImageTag(models.Model):
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=50, db_index=True)

    class Meta:
        db_table = "image_tags"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["image", "name"], name="image_tags_once")]

    def __str__(self) -> str:
        return self.name


class ImageWord(models.Model):
    """The search's index: a word of a picture (`processors.search_index`)."""

    pk = models.CompositePrimaryKey("word", "uploaded_at", "image_id")
    word = WordField(max_length=words.LONGEST)
    uploaded_at = models.DateTimeField()
    # Without a constraint, which would lock the image's row for each of its words.
    image = models.ForeignKey(Image, on_delete=models.CASCADE, db_constraint=False, related_name="words")

    class Meta:
        db_table = "image_words"
        default_permissions = ()

    def __str__(self) -> str:
        return self.word


class SearchWord(models.Model):
    """A word by which pictures are found, and how many have it, about."""

    word = WordField(max_length=words.LONGEST, primary_key=True)
    pictures = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "words"
        default_permissions = ()

    def __str__(self) -> str:
        return self.word


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
