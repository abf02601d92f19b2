"""What the templates show of a picture, in words for people."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from gallery import storage
from gallery.models import Annotation, Image, Job, Standing

OFFLINE, PERSON = "offline", "person"
IN_PROGRESS = frozenset((Standing.WAITING, Standing.IN_PROGRESS))
JOB_NAMES = {"thumbnail": "Thumbnail", "annotation": "Caption"}


def job_name(kind: str) -> str:
    """A kind of job in a word for people."""
    return JOB_NAMES.get(kind, kind.capitalize())


class Row(NamedTuple):
    """What a card shows of an `Image`: its columns of these names, and how the jobs of one that is not finished
    stand, as pairs of kind and standing."""

    uuid: str
    original_name: str
    caption: str
    alt_text: str
    caption_language: str
    captioned_by: str
    thumbnail_key: str
    jobs: tuple[tuple[str, str], ...] = ()

    @property
    def finished(self) -> bool:
        return bool(self.thumbnail_key and self.captioned_by)

    def standing(self, kind: str) -> str:
        return dict(self.jobs).get(kind, Standing.WAITING)


COLUMNS = tuple(name for name in Row._fields if name != "jobs")


@dataclass(frozen=True)
class Card:
    uuid: str
    name: str
    caption: str
    alt: str
    language: str
    thumbnail_url: str
    in_progress: bool
    status: str
    without_ai: bool


@dataclass(frozen=True)
class JobLine:
    """How a job went, for the page of its picture."""

    name: str
    words: str
    when: datetime | None
    error: str


@lru_cache(maxsize=1000)
def html(row: Row, urls: Hashable) -> str:
    """The card of a picture. Kept under all that it shows, so that it can't be stale, and under
    `storage.url_version()`, as there is a URL in it; 1,000 cards are some 2 MB."""
    return render_to_string("_card.html", {"card": card_of(row)})


def rows_of(found: Iterable[tuple[Any, ...]]) -> tuple[Row, ...]:
    """The rows of ids, each with the values of COLUMNS. Only of pictures that are not finished the jobs are asked for,
    in a second query: most pages have none."""
    rows = {values[0]: Row(*values[1:]) for values in found}
    if unfinished := [pk for pk, row in rows.items() if not row.finished]:
        standings: dict[int, list[tuple[str, str]]] = {pk: [] for pk in unfinished}
        for job in Job.objects.filter(image__in=unfinished).order_by("id"):
            standings[job.image_id].append((job.kind, job.standing))
        rows |= {pk: rows[pk]._replace(jobs=tuple(jobs)) for pk, jobs in standings.items()}
    return tuple(rows.values())


def row_of(image: Image) -> Row:
    return rows_of([(image.pk, *(getattr(image, name) for name in COLUMNS))])[0]


def card_of(row: Row) -> Card:
    return Card(
        uuid=row.uuid,
        name=row.original_name,
        caption=row.caption,
        alt=row.alt_text or row.caption or row.original_name,
        language=row.caption_language,
        thumbnail_url=storage.url(row.thumbnail_key),
        in_progress=in_progress(row),
        status=status(row),
        without_ai=row.captioned_by == OFFLINE,
    )


def in_progress(row: Row) -> bool:
    """Whether something of it is still to come by itself, so that the browser asks again."""
    return any(standing in IN_PROGRESS for _, standing in row.jobs)


def status(row: Row) -> str:
    """The one sentence under a picture that is not finished; "" for one that is."""
    if not row.thumbnail_key:
        failed = row.standing("thumbnail") in (Standing.FAILED, Standing.DECLINED)
        return "No thumbnail could be made" if failed else "Waiting for its thumbnail"
    if row.captioned_by:
        return ""
    return {
        Standing.FAILED.value: "No caption could be written",
        Standing.DECLINED.value: "The model declined to describe it",
    }.get(row.standing("annotation"), "Waiting for its caption")


def job_lines(image: Image) -> list[JobLine]:
    return [
        JobLine(job_name(job.kind), _words(image, job), job.finished_at, job.error) for job in image.jobs.order_by("id")
    ]


def _words(image: Image, job: Job) -> str:
    standing = job.standing
    if job.kind == "annotation" and image.captioned_by == PERSON:
        return "Written by a person."
    if job.kind == "annotation" and standing == Standing.DONE:
        return {OFFLINE: "Described without AI.", "": "Done."}.get(
            image.captioned_by, f"Written by {image.captioned_by}."
        )
    if standing == Standing.WAITING and job.error:
        return "It did not work and will be tried again."
    return {
        Standing.WAITING: "Waiting for its turn.",
        Standing.IN_PROGRESS: "In progress.",
        Standing.DONE: "Done.",
        Standing.FAILED: "It failed. A moderator can run it again.",
        Standing.DECLINED: "The model declined to describe this picture.",
        Standing.PAUSED: "Paused. It goes on by itself.",
        Standing.OVERDUE: "Overdue: nobody has taken it up yet. A moderator can run it again.",
    }[standing]


def author(annotation: Annotation) -> str:
    """Who wrote a caption, in words."""
    if annotation.author == Annotation.Author.PERSON:
        return "a person"
    return "described without AI" if annotation.model == OFFLINE else annotation.model


def other_captions(image: Image) -> list[dict[str, object]]:
    """The newest rows of the ledger without the one whose caption is current."""
    rows = list(image.annotations.order_by("-id")[:20])
    by_person = image.captioned_by == PERSON
    current = next((row for row in rows if (row.author == Annotation.Author.PERSON) == by_person), None)
    return [
        {"caption": row.caption, "by": author(row), "when": row.created_at, "language": row.language}
        for row in rows
        if row is not current
    ]
