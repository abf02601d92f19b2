"""Deleting pictures: the rows first, and when that is certain, their objects."""

from django.db import transaction
from django.db.models import QuerySet

from gallery import storage
from gallery.models import Image


def remove(images: QuerySet[Image]) -> None:
    keys = [key for image in images for key in (image.object_key, image.preview_key, image.thumbnail_key)]
    with transaction.atomic():
        images.delete()
        transaction.on_commit(lambda: storage.remove(keys))
