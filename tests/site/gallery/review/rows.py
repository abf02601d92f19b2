"""Pictures that wait for a review, and what a page sends of them."""

from typing import Any

from gallery.models import DUE, Image
from gallery.review import words
from gallery.review.words import Words
from tests.site.gallery.rows import make, row


def due(number: int = 1, **values: Any) -> Image:
    """A picture that a model has captioned, with its row of the ledger."""
    said = {"caption": "A cat.", "alt_text": "Cat", "text": "NO CATS", "caption_language": "en"}
    said["captioned_by"] = "gemini-x"
    image = make(number, **{**said, "review": DUE, **values})
    if image.caption and image.captioned_by != "person":
        row(image, caption=image.caption, alt_text=image.alt_text, text=image.text, model=image.captioned_by)
        image.tags.create(name="cat")
    return image


def shown(image: Image) -> str:
    """As the form carries it."""
    return words.shown(Image.objects.get(pk=image.pk))


def said(image: Image, **changed: Any) -> Words:
    """What the form sends of the current caption, with these fields changed."""
    now = words.current(Image.objects.get(pk=image.pk))
    fields = {"caption": now.caption, "alt_text": now.alt_text, "tags": ", ".join(now.tags), "text": now.text}
    return words.typed(**{**fields, **changed})


def fresh(image: Image) -> Image:
    return Image.objects.get(pk=image.pk)
