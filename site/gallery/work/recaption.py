"""Captions of many pictures that are written again. A run puts only a few of its jobs into the queue at a time: a new
upload waits behind those and not behind all, and a budget that is used up pauses those alone."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from gallery import estimates, spending
from gallery.models import PERSON, Image, Job, Prompt, Recaption, State
from gallery.work import criteria as choosing
from gallery.work import queue
from gallery.work.criteria import Criteria

AHEAD = 500  # pictures that are chosen at once: by some criteria that takes a tenth of a second among a million
AHEAD_SECONDS = 60  # for which a choice is good
ROUNDS = 10  # looks for pictures in one go: where nearly all wait already, the next go continues
SETTLED = (State.DONE, State.FAILED, State.DECLINED)
OPEN = (State.QUEUED, State.RUNNING, State.PAUSED)
STOPPED = "The writing of captions was stopped before its turn. A moderator can run it again."


@dataclass(frozen=True)
class Preview:
    """What a run would come to, before it begins."""

    estimate: estimates.Estimate
    purse: spending.Purse

    @property
    def possible(self) -> bool:
        """Whether there is something to be done, and it can be: with a budget every job of an unknown price fails."""
        return bool(self.estimate.pictures) and estimates.may_be_paid()


def preview(criteria: Criteria) -> Preview:
    """Counts the pictures, and changes nothing."""
    active = Prompt.objects.filter(active=True).first()
    return Preview(estimates.estimate(choosing.count(criteria), active), spending.purse())


def begin(criteria: Criteria, pictures: int, person: int | None = None) -> Recaption:
    """A run, begun by the user with this id. The one that is there, where one of the same criteria is still open: a
    button may be pressed twice."""
    for run in Recaption.objects.filter(ended_at=None):
        if run.criteria == criteria:
            return run
    return Recaption.objects.create(criteria=criteria, pictures=pictures, created_by_id=person)


def top_up(most: int) -> int:
    """Have `most` jobs of the oldest open run in the queue; returns how many were put there. Nothing where half of them
    still wait. Ends the run when no picture is left to be chosen."""
    run = Recaption.objects.filter(ended_at=None).order_by("pk").first()
    if run is None:
        return 0
    room = most - Job.objects.filter(recaption=run, state__in=OPEN).count()
    if room < most / 2:
        return 0
    put = 0
    for _ in range(ROUNDS):
        if put == room:
            break
        images = _following(run)[: room - put]
        if not images:
            Recaption.objects.filter(pk=run.pk, ended_at=None).update(ended_at=timezone.now())
            break
        put += _put_back(run, images)
    return put


def _following(run: Recaption) -> list[int]:
    """The pictures that come next, from the last choice where that is not used up."""
    key = f"recaption-{run.pk}"
    ahead = [pk for pk in cache.get(key, []) if pk > run.last_image]
    if not ahead:
        ahead = choosing.following(run.criteria, run.last_image, AHEAD)
        cache.set(key, ahead, AHEAD_SECONDS)
    return ahead


@transaction.atomic
def _put_back(run: Recaption, images: list[int]) -> int:
    """Queue the annotation of these pictures. What waits or is in progress is left alone, and so is what a person has
    written meanwhile: whoever writes a caption takes the job's row first, as this does (`records.hold`)."""
    ours = Recaption.objects.filter(pk=run.pk, last_image=run.last_image, ended_at=None)
    if not ours.update(last_image=images[-1]):
        return 0  # somebody stops it
    run.last_image = images[-1]
    jobs = Job.objects.filter(kind="annotation", image__in=images, state__in=SETTLED)
    held = dict(jobs.select_for_update().values_list("image_id", "pk"))
    by_person = Image.objects.filter(pk__in=held, captioned_by=PERSON).values_list("pk", flat=True)
    free = [held[image] for image in held.keys() - set(by_person)]
    # With a time when it was begun, as a job has that was put off: housekeeping knows by it that no message is on its
    # way.
    fresh = {"state": State.QUEUED, "attempts": 0, "due_at": queue.now(), "started_at": timezone.now(), "error": ""}
    return Job.objects.filter(pk__in=free).update(**fresh, recaption=run)


@transaction.atomic
def stop(run: Recaption) -> None:
    """Nothing more of it is begun; what is in progress ends. A picture keeps the caption that it has."""
    Recaption.objects.filter(pk=run.pk).update(stopped=True, ended_at=timezone.now())
    waiting = Job.objects.filter(recaption=run, state__in=(State.QUEUED, State.PAUSED))
    bare = list(waiting.filter(image__captioned_by="").values_list("pk", flat=True))
    waiting.filter(pk__in=bare).update(state=State.FAILED, error=STOPPED)
    waiting.update(state=State.DONE, error="")


@dataclass(frozen=True)
class Progress:
    """How a run stands. `counts`: its jobs by state. `why_paused`: in words, "" where none is; `goes_on`: when."""

    run: Recaption
    counts: dict[str, int]
    why_paused: str = ""
    goes_on: datetime | None = None

    @property
    def settled(self) -> int:
        return sum(self.counts.get(state, 0) for state in SETTLED)

    @property
    def pictures(self) -> int:
        """That it comes to: once all are in the queue, those that were put there. Some were left alone."""
        put = sum(self.counts.values())
        return put if self.run.ended_at else max(put, self.run.pictures)

    @property
    def finished(self) -> bool:
        return self.run.ended_at is not None and not any(self.counts.get(state) for state in OPEN)


def progress(run: Recaption) -> Progress:
    """As it is now."""
    jobs = Job.objects.filter(recaption=run)
    counts = dict(jobs.order_by().values_list("state").annotate(Count("pk")))
    paused = jobs.filter(state=State.PAUSED).order_by("due_at").first() if counts.get(State.PAUSED) else None
    return Progress(run, counts, paused.error, paused.due_at) if paused else Progress(run, counts)
