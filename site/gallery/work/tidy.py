"""What nobody needs any more goes: leftovers of killed uploads, and what addresses sent on former days."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.core.files.storage import default_storage

from gallery.models import ClientDay
from gallery.storage import Files

EVERY_SECONDS = 3600
KEPT = timedelta(days=2)


def tidy() -> None:
    """Remove all of that."""
    ClientDay.objects.filter(day__lt=datetime.now(UTC).date() - KEPT).delete()
    if isinstance(default_storage, Files):
        default_storage.sweep()


def hourly() -> Callable[[], None]:
    """To be called often: tidies at the first call, and each hour."""
    due = 0.0

    def maybe() -> None:
        nonlocal due
        if time.monotonic() >= due:
            tidy()
            due = time.monotonic() + EVERY_SECONDS

    return maybe
