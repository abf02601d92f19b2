"""Which of the pictures that the index gives a visitor may see, and which of them have a phrase as it is."""

from collections.abc import Sequence

from gallery.models import Image, Visibility
from gallery.search.query import Query
from processors import words


def visible(query: Query, ids: Sequence[int]) -> set[int]:
    """Those that everybody sees, and in which the words of each phrase stand beside each other."""
    images = Image.objects.filter(pk__in=ids, visibility=Visibility.VISIBLE)
    return with_phrases(query, list(images.values_list("pk", flat=True)))


def with_phrases(query: Query, ids: Sequence[int]) -> set[int]:
    """Those in which the words of each phrase stand beside each other, in one of the picture's texts."""
    if not query.phrases:
        return set(ids)
    images = Image.objects.filter(pk__in=ids).prefetch_related("tags", "translations")
    return {image.pk for image in images if all(_has(image, phrase) for phrase in query.phrases)}


def _has(image: Image, phrase: tuple[str, ...]) -> bool:
    said = f" {' '.join(phrase)} "
    return any(said in f" {' '.join(run for _, run in words.runs(text))} " for text in _texts(image))


def _texts(image: Image) -> list[str]:
    tags = [tag.name for tag in image.tags.all()]
    others = [text for other in image.translations.all() for text in (other.caption, other.alt_text, *other.tags)]
    return [image.caption, image.alt_text, image.text, image.original_name, *tags, *others]
