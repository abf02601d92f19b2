"""A caption that a person wrote: it is current from now on, and no model overwrites it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connection, transaction
from django.utils import timezone
from rapidfuzz.distance import Levenshtein

from gallery.models import PERSON, Annotation, Image, ImageTag, Job, State, Translation, Verdict
from processors import search_index
from processors.text import clean

MAX_TAGS = 10
_WRITTEN = ("caption", "alt_text", "text", "captioned_by", "caption_language", "prompt")


def tags_of(words: str) -> list[str]:
    """Names between commas: lower case, each once, at most ten of at most 50 characters."""
    names = dict.fromkeys(clean(name.lower(), 50) for name in words.split(","))
    return [name for name in names if name][:MAX_TAGS]


@transaction.atomic
def write(
    image: Image,
    person: AbstractBaseUser | AnonymousUser,
    *,
    caption: str,
    alt_text: str,
    tags: list[str],
    text: str | None = None,
    language: str = "",
    judged: Annotation | None = None,
    before: dict[str, Any] | None = None,
) -> Annotation:
    """Make this the current caption of a saved image and add it to the ledger, as an edit of the caption `judged`;
    without it, of the current one. `text`: the words in the picture, which stay without it; `language`: of a caption
    where there was none; `before`: as the ledger has it. Returns the row of the ledger."""
    _settle_job(image)
    judged = judged or current_row(Image.objects.get(pk=image.pk))  # a form has changed this instance by now
    image.caption, image.alt_text = clean(caption, 1000), clean(alt_text, 500)
    image.text = image.text if text is None else clean(text, 2000)
    image.captioned_by, image.prompt = PERSON, None
    image.caption_language = image.caption_language or language or settings.ANNOTATION_LANGUAGE
    review: dict[str, Any] = {"judged": judged, "before": before, "verdict": Verdict.EDITED}
    row = _record(image, person, image.caption_language, image.caption, image.alt_text, tags, **review)
    image.review, image.verdict, image.reviewed_at = "", Verdict.EDITED, row.created_at
    image.reviewed_by_id = person.pk
    image.save(update_fields=[*_WRITTEN, "review", "verdict", "reviewed_at", "reviewed_by"])
    replace_tags(image, tags)
    search_index.refresh(connection, image.pk)
    return row


def _settle_job(image: Image) -> None:
    """Nobody asks a model any more, and what failed before is no fault now. Also while a model is being asked: its
    answer then only gets into the ledger, as it is paid for. Before the image, as functions have it
    (`records.hold`)."""
    image.jobs.filter(kind="annotation").update(state=State.DONE, error="", finished_at=timezone.now())


def current_row(image: Image) -> Annotation | None:
    """The row of the ledger that says what is current; None for a caption that is older than the ledger. Not an edit
    that was undone, and compared here: MySQL takes "cafe" and "café" for the same."""
    by = {"author": "person"} if image.captioned_by == PERSON else {"author": "model", "model": image.captioned_by}
    rows = image.annotations.filter(**by, language=image.caption_language, outcome=Annotation.Outcome.CAPTION)
    rows = rows.exclude(caption="").exclude(reviews__verdict=Verdict.UNDONE).order_by("-id")
    return next((row for row in rows if row.caption == image.caption), None)


def replace_tags(image: Image, tags: list[str]) -> None:
    """MySQL takes "cafe" and "café" for the same tag."""
    image.tags.all().delete()
    ImageTag.objects.bulk_create((ImageTag(image=image, name=name) for name in tags), ignore_conflicts=True)


def distance(one: Annotation, caption: str, alt_text: str, tags: list[str], text: str) -> int:
    """How many characters differ (Levenshtein) between a row of the ledger and these words."""
    pairs = [(one.caption, caption), (one.alt_text, alt_text), (", ".join(one.tags), ", ".join(tags)), (one.text, text)]
    return sum(Levenshtein.distance(before, after) for before, after in pairs)


@transaction.atomic
def translate(
    image: Image,
    person: AbstractBaseUser | AnonymousUser,
    *,
    language: str,
    caption: str,
    alt_text: str,
    tags: list[str] | None = None,
) -> None:
    """The same in a further language; without `tags` those stay that are there."""
    Job.objects.hold_caption_of(image.pk)
    caption, alt_text = clean(caption, 1000), clean(alt_text, 500)
    values = {"caption": caption, "alt_text": alt_text, "captioned_by": PERSON}
    fresh = values if tags is None else {**values, "tags": tags}
    row, _ = Translation.objects.update_or_create(image=image, language=language, defaults=fresh)
    search_index.refresh(connection, image.pk)
    _record(image, person, language, caption, alt_text, row.tags)


def _record(
    image: Image,
    person: AbstractBaseUser | AnonymousUser,
    language: str,
    caption: str,
    alt_text: str,
    tags: list[str],
    *,
    judged: Annotation | None = None,
    **review: Any,
) -> Annotation:
    words = {"caption": caption, "alt_text": alt_text, "tags": tags, "text": image.text, "language": language}
    if judged:
        review |= {"judged": judged, "distance": distance(judged, caption, alt_text, tags, image.text)}
    return Annotation.objects.create(
        image=image, author=Annotation.Author.PERSON, person_id=person.pk, **words, **review
    )
