"""What the templates show of a picture, in words for people."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from gallery import storage
from gallery.models import Annotation, Image, State

OFFLINE, PERSON = "offline", "person"
_IN_WORK = frozenset((State.QUEUED, State.RUNNING))


class Row(NamedTuple):
    """What a card shows of an `Image`: its columns of these names, the states as they stand."""

    uuid: str
    original_name: str
    caption: str
    alt_text: str
    caption_language: str
    captioned_by: str
    thumbnail_key: str
    thumbnail_state: str
    annotation_state: str


@dataclass(frozen=True)
class Card:
    uuid: str
    name: str
    caption: str
    alt: str
    language: str
    thumbnail_url: str
    in_work: bool
    status: str
    without_ai: bool


@dataclass(frozen=True)
class Stage:
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
    """The rows of ids, each with the values of a `Row`. How a stage in work stands takes more columns: they are asked
    for where there is one, since most pages have none."""
    rows = {values[0]: Row._make(values[1:]) for values in found}
    if working := [pk for pk, row in rows.items() if in_work(row)]:
        rows |= {image.pk: row_of(image) for image in Image.objects.filter(pk__in=working)}
    return tuple(rows.values())


def row_of(image: Image) -> Row:
    row = Row._make(getattr(image, name) for name in Row._fields)
    return row._replace(thumbnail_state=image.standing("thumbnail"), annotation_state=image.standing("annotation"))


def card_of(row: Row) -> Card:
    return Card(
        uuid=row.uuid,
        name=row.original_name,
        caption=row.caption,
        alt=row.alt_text or row.caption or row.original_name,
        language=row.caption_language,
        thumbnail_url=storage.url(row.thumbnail_key),
        in_work=in_work(row),
        status=status(row),
        without_ai=row.captioned_by == OFFLINE,
    )


def in_work(row: Row) -> bool:
    """Whether something of it is still to come by itself, so that the browser asks again."""
    return row.thumbnail_state in _IN_WORK or row.annotation_state in _IN_WORK


def status(row: Row) -> str:
    """The one sentence under a picture that is not finished; "" for one that is."""
    if row.thumbnail_state in (State.FAILED, State.DECLINED):
        return "No thumbnail could be made"
    if row.thumbnail_state != State.DONE:
        return "Waiting for its thumbnail"
    if row.caption:
        return ""
    return {
        State.FAILED: "No caption could be written",
        State.DECLINED: "The model declined to describe it",
        State.DONE: "",
    }.get(State(row.annotation_state), "Waiting for its caption")


def stages(image: Image) -> list[Stage]:
    return [
        Stage(
            "Thumbnail",
            _words(image.standing("thumbnail"), image.thumbnail_error),
            image.thumbnail_finished_at,
            image.thumbnail_error,
        ),
        Stage("Caption", _caption_words(image), image.annotation_finished_at, image.annotation_error),
    ]


def _words(state: str, error: str) -> str:
    if state == State.QUEUED and error:
        return "It did not work and will be tried again."
    return {
        State.QUEUED: "Waiting for its turn.",
        State.RUNNING: "Being made right now.",
        State.DONE: "Done.",
        State.FAILED: "It failed. A moderator can run it again.",
        State.DECLINED: "The model declined to describe this picture.",
    }[State(state)]


def _caption_words(image: Image) -> str:
    if image.captioned_by == PERSON:
        return "Written by a person."
    if image.annotation_state != State.DONE:
        return _words(image.standing("annotation"), image.annotation_error)
    return {OFFLINE: "Described without AI.", "": "Done."}.get(image.captioned_by, f"Written by {image.captioned_by}.")


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
