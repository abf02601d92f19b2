"""What there is to do, in figures: for the admin's first page and for monitoring (/metrics). Each is one look at an
index, however many pictures there are: jobs that are done are never counted, and pictures to MOST."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from gallery.models import DUE, OVERDUE, OVERDUE_AFTER, Image, Job, Recaption, Report, State, Visibility
from processors import records

# How a job may stand that is not done: what a person should look at comes first.
NOT_DONE = (State.FAILED, State.DECLINED, OVERDUE, State.PAUSED, State.RUNNING, State.QUEUED)
MOST = 10_000  # pictures that wait are not counted any further
_MAY_BE_DUE = (State.QUEUED, State.PAUSED, State.RUNNING)  # while it is running: its lease is over


@dataclass(frozen=True)
class Oldest:
    """The job of a kind that has been due for longest: since when, and how it stands (as `Job.status`)."""

    since: datetime
    status: str

    @property
    def age(self) -> timedelta:
        return timezone.now() - self.since


@dataclass(frozen=True)
class Jobs:
    """`counts`: by kind and status, 0 too. `oldest`: by kind, where a job is due. `paused`: by kind, until when."""

    counts: dict[tuple[str, str], int]
    oldest: dict[str, Oldest]
    paused: dict[str, datetime]


def jobs() -> Jobs:
    """All that is not done, by one query that reads nothing but the index `jobs_queue`."""
    now = timezone.now()
    counts = {(kind, str(status)): 0 for kind in records.all_kinds() for status in NOT_DONE}
    oldest: dict[str, Oldest] = {}
    paused: dict[str, datetime] = {}
    for kind, state, count, late, first in _grouped(now - OVERDUE_AFTER):
        overdue = late if state in (State.QUEUED, State.RUNNING) else 0
        counts[kind, state] += count - overdue
        counts[kind, OVERDUE] += overdue
        if state in _MAY_BE_DUE and first <= now and (kind not in oldest or first < oldest[kind].since):
            oldest[kind] = Oldest(first, OVERDUE if overdue else state)
        if state == State.PAUSED:
            paused[kind] = first
    return Jobs(counts, oldest, paused)


def _grouped(limit: datetime) -> list[tuple[str, str, int, int, datetime]]:
    states = [status for status in NOT_DONE if status != OVERDUE]
    found = Job.objects.filter(kind__in=records.all_kinds(), state__in=states).order_by().values("kind", "state")
    late = Count("pk", filter=Q(due_at__lt=limit))
    sums = {"count": Count("pk"), "late": late, "first": Min("due_at")}
    return list(found.annotate(**sums).values_list("kind", "state", *sums))


def why_paused(kind: str) -> str:
    """What the job says that goes on first; "" where none is paused."""
    found = Job.objects.filter(kind=kind, state=State.PAUSED).order_by("due_at").values_list("error", flat=True)
    return found.first() or ""


def to_review() -> int:
    """Captions that nobody has looked at, and what models have proposed since, as /review has them; MOST + 1 for
    more."""
    found = Image.objects.filter(review=DUE).exclude(visibility__in=[Visibility.HIDDEN, Visibility.ARRIVING])
    return found.order_by()[: MOST + 1].count()


def to_be_shown() -> int:
    """Pictures that wait for a moderator; MOST + 1 for more."""
    return Image.objects.filter(visibility=Visibility.WAITING).order_by()[: MOST + 1].count()


def reports_open() -> int:
    """What visitors have reported and nobody has settled."""
    return Report.objects.filter(settled_at=None).count()


def recaptions_open() -> int:
    """Runs of "Write captions again" that still queue pictures."""
    return Recaption.objects.filter(ended_at=None).count()
