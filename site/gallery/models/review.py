"""Who looks at which picture right now, and samples of pictures that are to be looked at."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from gallery.fields import AsciiField
from gallery.models.image import Image


class ReviewClaim(models.Model):
    """A picture that somebody has before them, so that nobody else gets it. It ends by itself. `holder`: a random id of
    the browser, as one person may review in two."""

    image = models.OneToOneField(Image, on_delete=models.CASCADE, related_name="review_claim")
    holder = AsciiField(max_length=32)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    until = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "review_claims"
        default_permissions = ()

    def __str__(self) -> str:
        return f"review of {self.image_id}"


class ReviewSample(models.Model):
    """Pictures that were drawn at random. `choice`: from which, as the address had it; `images`: their ids."""

    choice = models.CharField(max_length=500, default="", blank=True)
    images = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "review_samples"
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"sample {self.pk}"
