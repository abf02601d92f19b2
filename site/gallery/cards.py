"""What the templates show of a picture, in words for people."""

from dataclasses import dataclass
from datetime import datetime

from gallery import storage
from gallery.models import Annotation, Image, State

OFFLINE, PERSON = "offline", "person"


@dataclass(frozen=True)
class Card:
    uuid: str
    name: str
    caption: str
    alt: str
    language: str
    thumbnail_url: str
    width: int
    height: int
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


def card_of(image: Image) -> Card:
    return Card(
        uuid=image.uuid,
        name=image.original_name,
        caption=image.caption,
        alt=image.alt_text or image.caption or image.original_name,
        language=image.caption_language,
        thumbnail_url=storage.url(image.thumbnail_key),
        width=image.width,
        height=image.height,
        in_work=image.in_work,
        status=status(image),
        without_ai=image.captioned_by == OFFLINE,
        by_person=image.captioned_by == PERSON,
    )


def status(image: Image) -> str:
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
