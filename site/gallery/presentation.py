"""What the templates show of a picture, in words for people."""

import hashlib
from collections.abc import Hashable, Iterable
from functools import lru_cache
from math import log
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from gallery import languages, storage
from gallery.models import PERSON, Annotation, Image, Job, State, Verdict
from gallery.search.marks import marked
from gallery.search.query import Query
from processors import records

# Width by height, as site.css knows them: what lies between is cropped to the next, and what lies beyond as well.
RATIOS = (0.56, 0.67, 0.75, 0.87, 1, 1.15, 1.33, 1.5, 1.78, 2.35, 3)
USUAL_RATIO = 1.33  # of a picture whose size nobody knows yet
IN_PROGRESS = frozenset((State.QUEUED, State.RUNNING))


class Row(NamedTuple):
    """What a card shows of an `Image`: its columns of these names, and how the jobs of one that is not finished
    stand, as pairs of kind and status."""

    uuid: str
    original_name: str
    caption: str
    alt_text: str
    caption_language: str
    captioned_by: str
    thumbnail_key: str
    width: int
    height: int
    jobs: tuple[tuple[str, str], ...] = ()

    @property
    def alt(self) -> str:
        return self.alt_text or self.caption or self.original_name

    @property
    def thumbnail_url(self) -> str:
        return storage.url(self.thumbnail_key)

    @property
    def ratio(self) -> float:
        """In which of the few shapes the grid shows it."""
        if not (self.width and self.height):
            return USUAL_RATIO
        return min(RATIOS, key=lambda ratio: abs(log(ratio * self.height / self.width)))

    @property
    def in_progress(self) -> bool:
        """Whether something of it is still to come by itself, so that the browser asks again."""
        return any(status in IN_PROGRESS for _, status in self.jobs)

    @property
    def status(self) -> str:
        """The one sentence under a picture that is not finished; "" for one that is."""
        status = dict(self.jobs).get("annotation" if self.thumbnail_key else "thumbnail")
        if not self.thumbnail_key:
            failed = status in (State.FAILED, State.DECLINED)
            return "No thumbnail could be made" if failed else "Waiting for its thumbnail"
        if self.captioned_by:
            return ""
        return "No caption yet" if status in (State.DECLINED, State.FAILED) else "Waiting for its caption"


class Said(NamedTuple):
    """A picture's caption in one language. `tags`: of a further language; those of the main one are rows."""

    language: str
    caption: str
    alt_text: str
    captioned_by: str
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return languages.name(self.language) if self.language else "Unknown language"


class Poll(NamedTuple):
    """What a page asks for while pictures on it are in progress: which, and how they look there by now."""

    uuids: tuple[str, ...]
    shown: str


NOTHING = Query()
COLUMNS = tuple(name for name in Row._fields if name != "jobs")


@lru_cache(maxsize=1000)
def html(row: Row, urls: Hashable, found: Query = NOTHING) -> str:
    """The card of a picture; in its caption the words are marked that were looked for. Kept under all that it shows, so
    that it can't be stale, and under `storage.url_version()`, as there is a URL in it; 1,000 cards are some 2 MB."""
    return render_to_string("_card.html", {"card": row, "caption": marked(row.caption, found)})


def poll(rows: Iterable[Row], urls: Hashable) -> Poll:
    """One request for all of them, not one each."""
    waiting = [row for row in rows if row.in_progress]
    return Poll(tuple(row.uuid for row in waiting), look([html(row, urls) for row in waiting]))


def look(cards: list[str]) -> str:
    """The same for cards that look the same."""
    return hashlib.sha256("".join(cards).encode()).hexdigest()[:16]


def rows_of(found: Iterable[tuple[Any, ...]]) -> tuple[Row, ...]:
    """The rows of ids, each with the values of COLUMNS. Only of pictures that are not finished the jobs are asked for,
    in a second query: most pages have none."""
    rows = {values[0]: Row(*values[1:]) for values in found}
    if unfinished := [pk for pk, row in rows.items() if not (row.thumbnail_key and row.captioned_by)]:
        statuses: dict[int, list[tuple[str, str]]] = {pk: [] for pk in unfinished}
        for job in Job.objects.filter(image__in=unfinished, kind__in=records.KINDS).order_by("id"):
            statuses[job.image_id].append((job.kind, job.status))
        rows |= {pk: rows[pk]._replace(jobs=tuple(jobs)) for pk, jobs in statuses.items()}
    return tuple(rows.values())


def row_of(image: Image) -> Row:
    return rows_of([(image.pk, *(getattr(image, name) for name in COLUMNS))])[0]


_SAID = ("caption_language", "caption", "alt_text", "captioned_by")


def said(image: Image) -> list[Said]:
    """The captions of a picture, in the main language first. Where a person and a model wrote in the same, it is the
    person's."""
    found = {image.caption_language: Said(*(getattr(image, name) for name in _SAID))}
    for other in image.translations.all():
        if other.language not in found or other.captioned_by == PERSON != image.captioned_by:
            columns = (other.language, other.caption, other.alt_text, other.captioned_by)
            found[other.language] = Said(*columns, tuple(other.tags))
    return list(found.values())


def other_captions(image: Image) -> list[Annotation]:
    """The newest rows of the ledger that say something else than the current captions, which may be copies of older
    ones that were taken over. What a reviewer has changed or sent back is not shown, nor what waits for one."""
    current = {"", image.caption, *(other.caption for other in said(image))}
    rows = image.annotations.filter(outcome=Annotation.Outcome.CAPTION)
    if image.has_proposal:
        rows = rows.filter(author=Annotation.Author.PERSON)
    rows = rows.exclude(reviews__verdict__in=(Verdict.EDITED, Verdict.REWRITTEN, Verdict.KEPT)).order_by("-id")[:20]
    return [row for row in rows if row.caption not in current]
