"""Which of the pictures that the index gives a visitor may see, and which of them have a phrase as it is."""

from collections.abc import Sequence

from gallery.models import Image, ImageTag, Translation, Visibility
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
    texts = _texts(ids)
    return {pk for pk in texts if all(any(_has(text, phrase) for text in texts[pk]) for phrase in query.phrases)}


def _has(text: str, phrase: tuple[str, ...]) -> bool:
    return f" {' '.join(phrase)} " in f" {' '.join(run for _, run in words.runs(text))} "


def _texts(ids: Sequence[int]) -> dict[int, list[str]]:
    """All that is said of each picture."""
    columns = ("caption", "alt_text", "text", "original_name")
    found = {pk: said for pk, *said in Image.objects.filter(pk__in=ids).values_list("pk", *columns)}
    for pk, name in ImageTag.objects.filter(image__in=ids).values_list("image", "name"):
        found[pk].append(name)
    for pk, caption, alt_text, tags in Translation.objects.filter(image__in=ids).values_list(
        "image", "caption", "alt_text", "tags"
    ):
        found[pk] += [caption, alt_text, *tags]
    return found
