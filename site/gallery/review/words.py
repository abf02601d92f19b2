"""What a reviewer has before them: the caption that is current, and what a model has proposed since."""

import hashlib
import json
from dataclasses import asdict, dataclass

from gallery.captions import tags_of
from gallery.models import Annotation, Image
from processors.text import clean


@dataclass(frozen=True)
class Words:
    """All that is written about a picture in its main language, as it is stored."""

    caption: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()
    text: str = ""


def typed(caption: str, alt_text: str, tags: str, text: str) -> Words:
    """What a person has typed. `tags`: words between commas."""
    return Words(clean(caption, 1000), clean(alt_text, 500), tuple(tags_of(tags)), clean(text, 2000))


def current(image: Image) -> Words:
    return Words(image.caption, image.alt_text, tuple(tag.name for tag in image.tags.all()), image.text)


def proposal(image: Image) -> Annotation | None:
    """What a model wrote after a person had written or accepted the caption, while nobody has looked at it."""
    if not image.has_proposal:
        return None
    answer = _newest_answer(image)
    return next((row for row in answer if row.language == image.caption_language), answer[-1] if answer else None)


def _newest_answer(image: Image) -> list[Annotation]:
    """A row for each of its languages, the main one last. Not an older answer: somebody has judged that."""
    rows = image.annotations.filter(author=Annotation.Author.MODEL, outcome=Annotation.Outcome.CAPTION)
    found: list[Annotation] = []
    for row in rows.exclude(caption="").order_by("-id"):
        found.append(row)
        if row.input_tokens != 0 or row.latency_ms is not None:  # not one beside the first (`Request.beside`)
            break
    return found


def proposed(row: Annotation) -> Words:
    return Words(row.caption, row.alt_text, tuple(row.tags), row.text)


def same(said: Words, stored: Words) -> bool:
    """Whether a person has left what is stored as it is. A form sends it as it is typed, and what is stored may be of
    before that was cleaned, or have a comma within a tag."""
    return said == typed(stored.caption, stored.alt_text, ", ".join(stored.tags), stored.text)


def shown(image: Image) -> str:
    """A digest of all that a decision depends on: a form carries it, so that nobody accepts what they have not seen."""
    row = proposal(image)
    state = [asdict(current(image)), image.captioned_by, image.verdict, image.review, image.visibility, row and row.pk]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]
