"""Deleting pictures: first their objects, then the rows. A row whose objects could not be deleted stays, so that
somebody can see it and try again; the other order would leave pictures in the bucket that nobody knows of."""

import logging
from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.db import connection, transaction

from gallery.models import Image, RemovedPicture, SearchWord, Visibility
from processors import search_index

log = logging.getLogger(__name__)


def remove(images: Iterable[Image]) -> list[Image]:
    """Delete the pictures with all that was made of them; returns those that could not be deleted."""
    left = []
    for image in images:
        try:
            _delete_objects(image)
            _forget(image)
            _delete_objects(image)  # a job may have made some meanwhile
        except Exception:  # whatever the storage raises
            log.exception("The objects of %s could not be deleted, or not all of them.", image.uuid)
            left.append(image)
    return left


def remove_arriving(image: Image) -> None:
    """The same for one whose upload failed, unless somebody else has brought the same bytes by now."""
    with transaction.atomic():  # a queryset's own delete() would lock nothing
        arriving = Image.objects.select_for_update().filter(pk=image.pk, visibility=Visibility.ARRIVING).first()
        if arriving is None:
            return
        _forget_words(image)
        arriving.delete()
    _delete_objects(image)


def _delete_objects(image: Image) -> None:
    for key in image.object_keys:
        default_storage.delete(key)


@transaction.atomic
def _forget(image: Image) -> None:
    """The ledger keeps what the picture's captions cost, without their words. Of a hidden picture its hashes stay, so
    that deleting it does not let it in again."""
    list(image.jobs.select_for_update())  # before all else, as functions have them (`records.hold`)
    if image.visibility == Visibility.HIDDEN and image.sha256:
        kept = {"perceptual_hash": image.perceptual_hash}
        RemovedPicture.objects.get_or_create(sha256=image.sha256, defaults=kept)
    image.annotations.update(caption="", alt_text="", text="", tags=[], before=None)
    _forget_words(image)
    image.delete()


def _forget_words(image: Image) -> None:
    """No word of it stays that no other picture has."""
    former = search_index.forget(connection, image.pk)
    SearchWord.objects.filter(word__in=former, pictures__lte=0).delete()
