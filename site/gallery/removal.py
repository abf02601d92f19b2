"""Deleting pictures: first their objects, then the rows. A row whose objects could not be deleted stays, so that
somebody can see it and try again; the other order would leave pictures in the bucket that nobody knows of."""

import logging
from collections.abc import Iterable

from gallery import storage
from gallery.models import Image

log = logging.getLogger(__name__)


def remove(images: Iterable[Image]) -> list[Image]:
    """Delete the pictures with all that was made of them; returns those that could not be deleted."""
    left = []
    for image in images:
        try:
            storage.remove(image.object_keys)
        except Exception:  # whatever the storage raises
            log.exception("The objects of %s could not be deleted; its row stays.", image.uuid)
            left.append(image)
        else:
            image.delete()
    return left
