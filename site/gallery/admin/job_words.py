"""How the work on a picture stands, in words for moderators."""

from django.utils.html import format_html, format_html_join

from gallery.models import PERSON, STATUSES, Image, Job, State
from processors import records


def cell(image: Image) -> str:
    """What is not done, and why. A prompt that is tried on a picture changes nothing of it."""
    jobs = sorted(image.jobs.all(), key=lambda job: job.pk)  # they are here already: no query for each picture
    open_jobs = [job for job in jobs if job.state != State.DONE and job.kind in records.KINDS]
    return format_html_join("", "{}", ((_line(job),) for job in open_jobs)) or "done"


def _line(job: Job) -> str:
    words = f"{job.name} {STATUSES[job.status]}"
    if not job.error:
        return format_html('<div class="job">{}</div>', words)
    return format_html('<div class="job">{}: <span class="why">{}</span></div>', words, job.error)


def all_of(image: Image) -> list[tuple[Job, str]]:
    """Every job of the picture, with how it stands."""
    return [(job, _stands(job, image)) for job in image.jobs.order_by("id")]


def _stands(job: Job, image: Image) -> str:
    by_person = job.kind == "annotation" and image.captioned_by == PERSON
    return f"{STATUSES[job.status]}{', by a person' if by_person else ''}"
