"""What strangers send and say, and what stays of pictures that are gone."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from gallery.fields import AsciiField
from gallery.models.image import Image


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
