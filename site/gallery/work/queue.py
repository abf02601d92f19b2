"""Questions to the queue, which is the table of jobs. Each asks for one kind and one state, so that it is one look at
an index, however many pictures there are."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from gallery.models import Image, Job, State, Visibility
from processors import records

ARRIVAL = timedelta(minutes=2)  # for so long an object may be on its way to the disk
# A function's clock may be behind ours, and must not find that its job is not due yet.
CLOCKS = timedelta(minutes=1)


def add(image: Image, doing: str = "") -> records.Claim | None:
    """The jobs of an image whose row was just made; the one of the kind `doing` is claimed by whoever adds them. On AWS
    they are due at once, as the object's event may come before the next statement; on one machine when `arrived` says
    so."""
    due = now() if settings.ON_AWS else timezone.now() + ARRIVAL
    claim = records.begin(connection, image.pk, image.uuid, doing) if doing else None
    Job.objects.bulk_create(Job(image=image, kind=kind, due_at=due) for kind in records.KINDS if kind != doing)
    return claim


def arrived(image: Image) -> None:
    """Its object is there: what waits is due."""
    Job.objects.filter(image=image, state=State.QUEUED, attempts=0).update(due_at=now())


def now() -> datetime:
    """When a job is due that is due at once."""
    return timezone.now() - CLOCKS if settings.ON_AWS else timezone.now()


def add_kind(kind: str, batch: int = 1000) -> Iterator[int]:
    """Queue a kind of job for all pictures that have none of it, as after a processor was added. Yields how many were
    added, batch by batch; may be stopped and run again."""
    last = 0
    while ids := list(Image.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch]):
        last = ids[-1]
        there = set(Job.objects.filter(kind=kind, image__in=ids).values_list("image_id", flat=True))
        missing = [Job(image_id=pk, kind=kind, due_at=now()) for pk in ids if pk not in there]
        yield len(Job.objects.bulk_create(missing, ignore_conflicts=True))


def due(kind: str, limit: int, since: timedelta = timedelta()) -> list[Job]:
    """The jobs of one kind that are due for at least `since`, the longest waiting first: queued, paused until now, or
    running with their lease over. Mostly there is none: one question says so."""
    states, late = (State.QUEUED, State.PAUSED, State.RUNNING), timezone.now() - since
    if not Job.objects.filter(kind=kind, state__in=states, due_at__lte=late).exists():
        return []
    found = _due(kind, states, limit, due_at__lte=late)
    return sorted(found, key=lambda job: job.due_at)[:limit]


def put_off(kind: str, limit: int) -> list[Job]:
    """AWS: jobs that are due again after they were put off, so that their message was acknowledged. One whose message
    is on its way has no time when it was begun."""
    begun = {"due_at__lte": timezone.now(), "started_at__isnull": False}
    return _due(kind, (State.QUEUED, State.PAUSED), limit, **begun)


def _due(kind: str, states: Iterable[State], limit: int, **conditions: Any) -> list[Job]:
    """So many of each state, each asked for alone: over several states the index would not serve."""
    found: list[Job] = []
    for state in states:
        jobs = Job.objects.filter(kind=kind, state=state, **conditions)
        found += jobs.select_related("image").order_by("due_at")[:limit]
    return found


def take_up_interrupted() -> int:
    """At the start of the only worker: whatever is running was interrupted, and is due again. Returns how many. Not the
    thumbnail that an upload is making at this moment: if it dies over it, its lease ends by itself."""
    running = Job.objects.filter(kind__in=records.all_kinds(), state=State.RUNNING)
    return running.exclude(image__visibility=Visibility.ARRIVING).update(due_at=now())


def put_back(job: Job) -> bool:
    """Queue a job again, as if it had never been tried; False where somebody is doing it, or has changed it since."""
    fresh = {"state": State.QUEUED, "attempts": 0, "due_at": now(), "started_at": None, "error": ""}
    in_progress = {"state": State.RUNNING, "due_at__gt": timezone.now()}
    same = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, started_at=job.started_at)
    return same.exclude(**in_progress).update(**fresh) == 1


def step_back(job: Job) -> None:
    """Let others go first: a job that could not even be begun is due again in a while."""
    Job.objects.filter(pk=job.pk, due_at=job.due_at).update(due_at=timezone.now() + records.PAUSES[1])
