"""Work that is done again: jobs that somebody chose, or everything that failed or was lost (`manage.py redrive`)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet
from django.template.defaultfilters import pluralize

from gallery.models import OVERDUE, PERSON, Image, Job, State, job_name
from gallery.work import dead_letters, messages, queue
from processors import records

LIMIT = 1000  # jobs of each kind, and messages of each queue, in one go
NOT_SENT = "It could not be sent to its queue. Run it again in a moment."


@dataclass
class Report:
    """What was done. `images`: the rows whose jobs go on. `left`: how many jobs are beyond the limit. `letters`: what
    came of the dead-letter queues on AWS, in sentences."""

    images: list[Image] = field(default_factory=list)
    jobs: int = 0
    left: int = 0
    letters: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        pictures = len(self.images)
        yield f"{self.jobs} job{pluralize(self.jobs)} of {pictures} picture{pluralize(pictures)} will be done again."
        if self.left:
            yield f"{self.left} job{pluralize(self.left)} more: run this again to have them done, too."
        yield from self.letters


@dataclass(frozen=True)
class Failed:
    """Jobs of a kind that failed or are overdue: how many one redrive does again, and how many it would leave."""

    kind: str
    jobs: int
    left: int

    @property
    def name(self) -> str:
        return job_name(self.kind)


def run_again(image: Image, *kinds: str) -> list[str]:
    """Have jobs of an image done again; returns the kinds that go on. One that is in progress is left alone; one that
    could not be sent to its queue has failed, in words."""
    return announce(image, put_back(image, *kinds))


def failed(limit: int = LIMIT) -> list[Failed]:
    """What a redrive would do, of each kind; it counts and changes nothing."""
    found = []
    for kind in records.KINDS:
        counts = [jobs.count() for jobs in _failed(kind)]
        now = sum(min(count, limit) for count in counts)
        found.append(Failed(kind, now, sum(counts) - now))
    return found


def redrive(limit: int = LIMIT) -> Report:
    """Have everything done again that failed or is overdue, but not what the model declined. May be repeated at any
    time: work that is done is not done again, as each job's state decides."""
    report = Report()
    images: dict[Image, list[Job]] = {}
    for jobs_of_kind in map(_failed, records.KINDS):
        for found in jobs_of_kind:
            chosen = list(found.select_related("image").order_by("due_at")[:limit])
            report.left += found.count() - len(chosen)
            for job in chosen:
                images.setdefault(job.image, []).append(job)
    for image, jobs in images.items():
        if gone_on := _go_on(image, jobs):
            report.images.append(image)
            report.jobs += len(gone_on)
    if settings.ON_AWS:
        report.letters += dead_letters.drain(limit)
    return report


def _failed(kind: str) -> list[QuerySet[Job]]:
    """The jobs of a kind that failed, and those that are overdue: one status at a time, as over several the index would
    not serve. Not the caption of a picture that a person wrote: that settles it."""
    found = [Job.objects.filter(kind=kind).with_status(status) for status in (State.FAILED, OVERDUE)]
    return [jobs.exclude(image__captioned_by=PERSON) for jobs in found] if kind == "annotation" else list(found)


def put_back(image: Image, *kinds: str) -> list[Job]:
    """The first half of `run_again`, for a transaction; `announce` comes after it."""
    return [job for job in image.jobs.filter(kind__in=kinds) if queue.put_back(job)]


def announce(image: Image, jobs: list[Job]) -> list[str]:
    """On AWS, tell the queues of jobs that were put back; returns the kinds that go on."""
    lost = [job.pk for job in jobs if settings.ON_AWS and not messages.sent(image, job.kind)]
    Job.objects.filter(pk__in=lost, state=State.QUEUED).update(state=State.FAILED, error=NOT_SENT)
    return [job.kind for job in jobs if job.pk not in lost]


def _go_on(image: Image, jobs: list[Job]) -> list[str]:
    return announce(image, [job for job in jobs if queue.put_back(job)])
