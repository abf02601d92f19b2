"""What was written about a picture so far, for the foot of its form."""

from dataclasses import dataclass, field
from functools import partial

from gallery import languages
from gallery.admin import review_words
from gallery.models import Annotation, Image, Verdict

Outcome = Annotation.Outcome


@dataclass
class Decision:
    """What a person thought of a caption. `undone`: the row that took it back."""

    row: Annotation
    undone: Annotation | None = None

    @property
    def words(self) -> str:
        """ "accepted by mod, 25 November 2026, 17:00 UTC"."""
        return ", ".join(_words(each) for each in (self.row, self.undone) if each)


def _words(row: Annotation) -> str:
    return review_words.decided(row.verdict, row.person, row.created_at)


@dataclass(frozen=True)
class Entry:
    """A request to a model, what a person wrote, or a decision about what is not in the ledger. `first`: the row that
    has its cost; `others`: the rows of the same answer in further languages; `decisions`: about it."""

    first: Annotation
    others: list[Annotation] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    own: Decision | None = None

    @property
    def by(self) -> str:
        return str(self.first.person) if self.first.person else self.first.by

    @property
    def what(self) -> str:
        return str(self.first.get_verdict_display() or self.first.get_outcome_display())

    @property
    def undone(self) -> str:
        """Who took it back, and when."""
        return _words(self.own.undone) if self.own and self.own.undone else ""

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
    book = _Book()
    for row in rows.order_by("id"):
        book.add(row)
    return book.entries[::-1]


@dataclass
class _Book:
    """The entries so far, and where each row stands that another may be about."""

    entries: list[Entry] = field(default_factory=list)
    of: dict[int, Entry] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)

    def add(self, row: Annotation) -> None:
        decision, about = Decision(row), self.of.get(row.judged_id or 0)
        if row.verdict == Verdict.UNDONE:
            if undone := self.decisions.get(row.judged_id or 0):
                undone.undone = row
            return
        if row.verdict:
            self.decisions[row.pk] = decision
        if row.outcome == Outcome.REVIEW and about:
            about.decisions.append(decision)
        elif _beside(row) and (entry := next(filter(partial(_same, row), reversed(self.entries)), None)):
            entry.others.append(row)
            self.of[row.pk] = entry
        else:
            self.entries.append(Entry(row, own=decision))
            self.of[row.pk] = self.entries[-1]


def _beside(row: Annotation) -> bool:
    """Whether it is a further language of an answer, which took nothing (`Request.beside`)."""
    return row.author == Annotation.Author.MODEL and row.input_tokens == 0 and row.latency_ms is None


def _same(row: Annotation, entry: Entry) -> bool:
    """Whether they came by the same answer, of those that came before."""
    names = ("author", "model", "prompt_id", "outcome")
    return all(getattr(row, name) == getattr(entry.first, name) for name in names)
