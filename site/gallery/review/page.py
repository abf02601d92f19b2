"""What the page of the review shows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch, QuerySet

from gallery import storage
from gallery.captions import current_row
from gallery.models import Annotation, Image, Job, Report, State, Visibility
from gallery.review import claims, words
from gallery.review.choice import COUNTED, Choice
from gallery.review.sitting import REVIEW, SKIP, Sitting
from gallery.review.words import Words

HELD = 3  # the picture before the moderator, and the next two: the browser has them before they are asked for
AHEAD, BEHIND = 8, 4  # how far the strip looks
ENDED = (State.FAILED, State.DECLINED)  # work that has not led to anything
Person = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Shown:
    """A picture and its form. `words`: what the fields hold. `other`: where a model has proposed something since, what
    the fields do not hold, of the two. `use`: the id of the proposal that the fields began with; 0: of the caption."""

    image: Image
    words: Words
    other: Words | None = None
    proposal: Annotation | None = None
    use: int = 0
    digest: str = ""
    row: Annotation | None = None
    problem: str = ""

    @property
    def preview_url(self) -> str:
        return storage.url(self.image.preview_key)

    @property
    def is_preview_due(self) -> bool:
        """Whether the picture, that has no preview, may still get one."""
        return any(job.kind == "thumbnail" and job.state not in ENDED for job in self.image.jobs.all())

    @property
    def waits(self) -> bool:
        """Whether nobody sees the picture until it was accepted."""
        return self.image.visibility == Visibility.WAITING

    @property
    def job(self) -> Job | None:
        """The work on its caption, where that has failed."""
        return next((job for job in self.image.jobs.all() if job.kind == "annotation" and job.state in ENDED), None)

    @property
    def seconds(self) -> str:
        """How long the model took; "" where nobody knows."""
        return f"{self.row.latency_ms / 1000:.1f}" if self.row and self.row.latency_ms else ""

    @property
    def tags(self) -> str:
        return ", ".join(self.words.tags)


@dataclass(frozen=True)
class Frame:
    """A picture in the strip. `verdict`: what was done with it; "" for what comes."""

    image: Image
    verdict: str = ""

    @property
    def thumbnail_url(self) -> str:
        return storage.url(self.image.thumbnail_key)


@dataclass(frozen=True)
class Page:
    """`pictures`: the first is before the moderator. `over`: there is none, here or in the browser. `left`: how many
    are to be decided, counted to COUNTED + 1."""

    choice: Choice
    sitting: Sitting
    pictures: list[Shown]
    behind: list[Frame]
    ahead: list[Frame]
    left: int
    over: bool

    @property
    def skipped(self) -> int:
        return len(self.sitting.skipped)

    @property
    def many(self) -> bool:
        """More than anybody counts."""
        return self.left > COUNTED

    @property
    def total(self) -> int:
        return self.sitting.done + self.left

    @property
    def number(self) -> int:
        """Of the picture before the moderator."""
        return min(self.sitting.done + self.skipped + 1, self.total)


def make(chosen: Choice, sitting: Sitting, person: Person, at: Shown | None = None, have: Collection[int] = ()) -> Page:
    """Claims the pictures for this person. `at`: the one that comes first, whatever comes next in the queue. `have`:
    which the browser has already; they are left out."""
    first = [at.image.pk] if at else []
    queue = _queue(chosen, sitting).exclude(pk__in=first)
    taken = claims.take(_whole(queue), sitting.holder, person, HELD - len(first))
    shown = [of(image) for image in taken if image.pk not in have]
    ahead = [Frame(image) for image in claims.free(queue, sitting.holder)[: AHEAD + 1 - len(first)]]
    frames = ([Frame(at.image)] if at else []) + ahead
    over = not (at or taken)
    return Page(chosen, sitting, ([at] if at else []) + shown, list(_behind(sitting)), frames, chosen.left(), over)


def one(pk: int, sitting: Sitting, person: Person, use: int = 0) -> Shown | None:
    """This picture, wherever it stands in the queue; None where it is gone, or somebody else has it."""
    taken = claims.take(_one(pk), sitting.holder, person, 1)
    return of(taken[0], use) if taken else None


def again(pk: int, use: int, typed: Words | None, problem: str) -> Shown | None:
    """The picture of a form that could not be saved; None where it is gone."""
    image = _one(pk).first()
    return of(image, use, typed, problem) if image else None


def of(image: Image, use: int = 0, typed: Words | None = None, problem: str = "") -> Shown:
    """The picture with its form. `typed`: what a person has written there already, that could not be saved."""
    current, row = words.current(image), current_row(image)
    proposal = words.proposal(image)
    taken = proposal if proposal and proposal.pk == use else None
    begun = words.proposed(taken) if taken else current
    other = current if taken else words.proposed(proposal) if proposal else None
    rest: dict[str, Any] = {"digest": words.shown(image), "row": row, "problem": problem}
    if typed and typed != begun and not _known(image, typed):
        begun, other = typed, other or current
    return Shown(image, begun, other, proposal, taken.pk if taken else 0, **rest)


def _known(image: Image, typed: Words) -> bool:
    """Whether the ledger has these words: then nobody has typed them, and what is new is to be seen instead."""
    rows = image.annotations.filter(caption=typed.caption, outcome=Annotation.Outcome.CAPTION)
    return any(words.proposed(row) == typed for row in rows)


def _queue(chosen: Choice, sitting: Sitting) -> QuerySet[Image]:
    return chosen.images().exclude(pk__in=sitting.skipped)


def _one(pk: int) -> QuerySet[Image]:
    return _whole(Image.objects.filter(pk=pk).exclude(visibility=Visibility.ARRIVING))


def _whole(images: QuerySet[Image]) -> QuerySet[Image]:
    """With all that a form shows of them, in one query for each table and not for each picture."""
    reports = Prefetch("reports", Report.objects.filter(settled_at=None).order_by("pk"))
    return images.prefetch_related("tags", "jobs", reports)


def _behind(sitting: Sitting) -> Iterator[Frame]:
    """What was done last, in order; not what was deleted since."""
    last = sitting.trail[-BEHIND:]
    rows = Annotation.objects.select_related("image").in_bulk([pk for kind, pk in last if kind == REVIEW])
    skipped = Image.objects.in_bulk([pk for kind, pk in last if kind == SKIP])
    for kind, pk in last:
        if kind == SKIP and pk in skipped:
            yield Frame(skipped[pk], "skipped")
        elif kind == REVIEW and pk in rows and (image := rows[pk].image):
            yield Frame(image, rows[pk].verdict)
