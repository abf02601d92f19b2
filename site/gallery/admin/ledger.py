"""What was written about a picture so far, for the foot of its form."""

from dataclasses import dataclass, field
from functools import partial

from gallery import languages
from gallery.models import Annotation, Image

Outcome = Annotation.Outcome


@dataclass(frozen=True)
class Entry:
    """A request to a model, or what a person wrote. `first`: the row that has its cost; `others`: the rows of the same
    answer in further languages."""

    first: Annotation
    others: list[Annotation] = field(default_factory=list)

    @property
    def by(self) -> str:
        return str(self.first.person) if self.first.person else self.first.by

    @property
    def said(self) -> list[tuple[Annotation, str]]:
        """The rows that say something, each with what its language is called."""
        rows = [row for row in (self.first, *self.others) if row.caption]
        return [(row, languages.name(row.language) if row.language else "") for row in rows]

    @property
    def may_be_taken_over(self) -> bool:
        return self.first.author == Annotation.Author.MODEL and self.first.outcome == Outcome.CAPTION

    @property
    def seconds(self) -> float | None:
        """How long the answer took."""
        return None if self.first.latency_ms is None else self.first.latency_ms / 1000


def entries(image: Image) -> list[Entry]:
    """The newest first; without requests that were refused, which say nothing and cost nothing."""
    rows = image.annotations.exclude(outcome=Outcome.REFUSED).select_related("person", "prompt")
    found: list[Entry] = []
    for row in rows.order_by("id"):
        if _beside(row) and (entry := next(filter(partial(_same, row), reversed(found)), None)):
            entry.others.append(row)
        else:
            found.append(Entry(row))
    return found[::-1]


def _beside(row: Annotation) -> bool:
    """Whether it is a further language of an answer, which took nothing (`Request.beside`)."""
    return row.author == Annotation.Author.MODEL and row.input_tokens == 0 and row.latency_ms is None


def _same(row: Annotation, entry: Entry) -> bool:
    """Whether they came by the same answer, of those that came before."""
    names = ("author", "model", "prompt_id", "outcome")
    return all(getattr(row, name) == getattr(entry.first, name) for name in names)
