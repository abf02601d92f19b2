"""Pictures that the search does not know, or by former words, get into its index: those that were there before it, and
those that a former version has written meanwhile."""

import time
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import QuerySet

from gallery.models import Image, Job
from processors import search_index

BATCH = 50  # pictures that are looked for at once


def missing() -> QuerySet[Image]:
    """The pictures that the search does not find as they are now."""
    return Image.objects.filter(indexed__lt=search_index.VERSION)


def batches() -> Iterator[int]:
    """Index them, the newest first; yields how many each batch was. May be stopped, and run beside others."""
    while ids := list(missing().order_by("-indexed", "-pk").values_list("pk", flat=True)[:BATCH]):
        for pk in ids:
            _index(pk)
        yield len(ids)


@transaction.atomic
def _index(pk: int) -> None:
    """One picture in each transaction: who waits for it waits for a moment, and nobody in a circle."""
    Job.objects.hold_caption_of(pk)
    search_index.refresh(connection, pk)


def some(seconds: float) -> None:
    """The same for so long: for a loop that has other things to do."""
    end = time.monotonic() + seconds
    for _ in batches():
        if time.monotonic() >= end:
            return
