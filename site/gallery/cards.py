"""What the templates show of a picture, in words for people."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from gallery import storage
from gallery.models import Annotation, Image, State

OFFLINE, PERSON = "offline", "person"


class Row(NamedTuple):
    """The columns of `Image` that its card shows; what `status` and `in_work` look at is among them."""

    uuid: str
    original_name: str
    caption: str
    alt_text: str
    caption_language: str
    captioned_by: str
    thumbnail_key: str
    thumbnail_state: str
    annotation_state: str

    def standing(self, stage: str) -> State:
        """The state as it is in the row. `Image.standing` looks at the time as well: the card in the gallery gets that
        when it asks again."""
        return State(getattr(self, f"{stage}_state"))


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
    by_person: bool


@dataclass(frozen=True)
class Stage:
    name: str
    words: str
    when: datetime | None
    error: str


@lru_cache(maxsize=1000)
def html(row: tuple[Any, ...], urls: Hashable) -> str:
    """The card of a `Row`'s values. Kept under those values themselves, so that it can't be stale, and under
    `storage.url_version()`, as there is a URL in it; 1,000 cards are some 2 MB."""
    return render_to_string("_card.html", {"card": card_of(Row._make(row))})


def card_of(image: Image | Row) -> Card:
    return Card(
        uuid=image.uuid,
        name=image.original_name,
        caption=image.caption,
        alt=image.alt_text or image.caption or image.original_name,
        language=image.caption_language,
        thumbnail_url=storage.url(image.thumbnail_key),
        in_work=in_work(image),
        status=status(image),
        without_ai=image.captioned_by == OFFLINE,
        by_person=image.captioned_by == PERSON,
    )


def in_work(image: Image | Row) -> bool:
    """Whether something of it is still to come by itself, so that the browser asks again."""
    standing = {image.standing("thumbnail"), image.standing("annotation")}
    return not standing.isdisjoint((State.QUEUED, State.RUNNING))


def status(image: Image | Row) -> str:
    """The one sentence under a picture that is not finished; "" for one that is."""
    thumbnail = image.standing("thumbnail")
    if thumbnail in (State.FAILED, State.DECLINED):
        return "No thumbnail could be made"
    if thumbnail != State.DONE:
        return "Waiting for its thumbnail"
    if image.caption:
        return ""
    return {
        State.FAILED: "No caption could be written",
        State.DECLINED: "The model declined to describe it",
        State.DONE: "",
    }.get(image.standing("annotation"), "Waiting for its caption")


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
    if image.annotation_state != State.DONE:
        return _words(image.standing("annotation"), image.annotation_error)
    return {OFFLINE: "Described without AI.", PERSON: "Written by a person.", "": "Done."}.get(
        image.captioned_by, f"Written by {image.captioned_by}."
    )


def author(annotation: Annotation) -> str:
    """Who wrote a caption, in words."""
    if annotation.author == Annotation.Author.PERSON:
        return "a person"
    return "described without AI" if annotation.model == OFFLINE else annotation.model
