"""Once an hour: what nobody needs any more goes (leftovers of killed uploads, what addresses sent on former days, and
claims of reviews that have ended), and what a former version has left undone is done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from gallery.models import DUE, PERSON, ClientDay, Image, State, Verdict
from gallery.review import claims
from gallery.storage import Files
from gallery.work import rhythm

EVERY_SECONDS = 3600
KEPT = timedelta(days=2)
UPDATE = timedelta(days=7)  # that a release which fails half-way is left as it is, at most
AT_ONCE = 10_000


def tidy() -> None:
    """Do all of that."""
    ClientDay.objects.filter(day__lt=datetime.now(UTC).date() - KEPT).delete()
    claims.tidy()
    if isinstance(default_storage, Files):
        default_storage.sweep()
    to_review()


def to_review() -> None:
    """Have captions looked at that the functions of a former version wrote during an update, after the migration: they
    do not know of reviews."""
    written = {"jobs__kind": "annotation", "jobs__state": State.DONE, "jobs__due_at__gte": timezone.now() - UPDATE}
    left = Image.objects.filter(review="", verdict__in=["", Verdict.REWRITTEN], **written).order_by()
    found = list(left.exclude(captioned_by__in=["", PERSON]).values_list("pk", flat=True)[:AT_ONCE])
    Image.objects.filter(pk__in=found, review="").update(review=DUE)


def hourly() -> Callable[[], None]:
    """To be called often: tidies at the first call, and each hour."""
    return rhythm.every(EVERY_SECONDS, tidy)
