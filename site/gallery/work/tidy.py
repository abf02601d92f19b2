"""What nobody needs any more goes: leftovers of killed uploads, what addresses sent on former days, and claims of
reviews that have ended."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.core.files.storage import default_storage

from gallery.models import ClientDay
from gallery.review import claims
from gallery.storage import Files
from gallery.work import rhythm

EVERY_SECONDS = 3600
KEPT = timedelta(days=2)


def tidy() -> None:
    """Remove all of that."""
    ClientDay.objects.filter(day__lt=datetime.now(UTC).date() - KEPT).delete()
    claims.tidy()
    if isinstance(default_storage, Files):
        default_storage.sweep()


def hourly() -> Callable[[], None]:
    """To be called often: tidies at the first call, and each hour."""
    return rhythm.every(EVERY_SECONDS, tidy)
