"""A caption that a person wrote: it is current from now on, and no model overwrites it."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils import timezone

from gallery.models import PERSON, Annotation, Image, ImageTag, State
from processors import text

MAX_TAGS = 10


def tags_of(words: str) -> list[str]:
    """Names between commas: lower case, each once, at most ten of at most 50 characters."""
    names = dict.fromkeys(text.clean(name.lower(), 50) for name in words.split(","))
    return [name for name in names if name][:MAX_TAGS]


@transaction.atomic
def write(
    image: Image, person: AbstractBaseUser | AnonymousUser, *, caption: str, alt_text: str, tags: list[str]
) -> None:
    """Make this the current caption of a saved image and add it to the ledger."""
    caption, alt_text = text.clean(caption, 1000), text.clean(alt_text, 500)
    image.caption, image.alt_text, image.captioned_by = caption, alt_text, PERSON
    image.caption_language, image.prompt = image.caption_language or settings.ANNOTATION_LANGUAGE, None
    # It settles the job: nobody asks a model any more, and what failed before is no fault now.
    # Also while a model is being asked: its answer then only gets into the ledger, as it is paid for.
    # The job before the image, as functions have them (`records.hold`).
    image.jobs.filter(kind="annotation").update(state=State.DONE, error="", finished_at=timezone.now())
    image.save(update_fields=["caption", "alt_text", "captioned_by", "caption_language", "prompt"])
    image.tags.all().delete()
    # MySQL takes "cafe" and "café" for the same tag
    ImageTag.objects.bulk_create((ImageTag(image=image, name=name) for name in tags), ignore_conflicts=True)
    Annotation.objects.create(
        image=image,
        author=Annotation.Author.PERSON,
        person_id=person.pk,
        caption=caption,
        alt_text=alt_text,
        tags=tags,
        language=image.caption_language,
    )
