"""A caption that a person wrote: it is current from now on, and no model overwrites it."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils import timezone

from gallery.models import PERSON, Annotation, Image, ImageTag, State, Translation
from processors.text import clean

MAX_TAGS = 10


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
) -> None:
    """Make this the current caption of a saved image and add it to the ledger. `text`: the words in the picture,
    which stay without it; `language`: of a caption where there was none."""
    image.caption, image.alt_text = clean(caption, 1000), clean(alt_text, 500)
    image.text = image.text if text is None else clean(text, 2000)
    image.captioned_by, image.prompt = PERSON, None
    image.caption_language = image.caption_language or language or settings.ANNOTATION_LANGUAGE
    # It settles the job: nobody asks a model any more, and what failed before is no fault now.
    # Also while a model is being asked: its answer then only gets into the ledger, as it is paid for.
    # The job before the image, as functions have them (`records.hold`).
    image.jobs.filter(kind="annotation").update(state=State.DONE, error="", finished_at=timezone.now())
    image.save(update_fields=["caption", "alt_text", "text", "captioned_by", "caption_language", "prompt"])
    image.tags.all().delete()
    # MySQL takes "cafe" and "café" for the same tag
    ImageTag.objects.bulk_create((ImageTag(image=image, name=name) for name in tags), ignore_conflicts=True)
    _record(image, person, image.caption_language, image.caption, image.alt_text, tags)


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
    list(image.jobs.filter(kind="annotation").select_for_update())  # the job first, here as well
    caption, alt_text = clean(caption, 1000), clean(alt_text, 500)
    values = {"caption": caption, "alt_text": alt_text, "captioned_by": PERSON}
    fresh = values if tags is None else {**values, "tags": tags}
    row, _ = Translation.objects.update_or_create(image=image, language=language, defaults=fresh)
    _record(image, person, language, caption, alt_text, row.tags)


def _record(
    image: Image,
    person: AbstractBaseUser | AnonymousUser,
    language: str,
    caption: str,
    alt_text: str,
    tags: list[str],
) -> None:
    words = {"caption": caption, "alt_text": alt_text, "tags": tags, "text": image.text, "language": language}
    Annotation.objects.create(image=image, author=Annotation.Author.PERSON, person_id=person.pk, **words)
