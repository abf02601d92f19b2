"""The captions that are there, and that no person wrote, wait for a review like the new ones."""

from typing import Any

from django.db import migrations

BATCH = 10_000


def due(apps: Any, schema_editor: Any) -> None:
    """By ranges of ids: each is a transaction by itself, and may be repeated."""
    images = apps.get_model("gallery", "Image").objects
    newest = images.order_by("-pk").values_list("pk", flat=True).first() or 0
    for first in range(0, newest + 1, BATCH):
        unseen = images.filter(pk__gte=first, pk__lt=first + BATCH, review="", verdict="")
        unseen.exclude(captioned_by__in=["", "person"]).update(review="due")


def nothing(apps: Any, schema_editor: Any) -> None:
    """Backwards the column goes."""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("gallery", "0011_review")]
    operations = [migrations.RunPython(due, nothing)]
