"""What a prompt that is tried says of pictures, beside what the active one says."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from gallery import presentation, quality, spending_words, storage
from gallery.models import OFFLINE, PERSON, Annotation, Image, Job, Prompt, State, Visibility
from gallery.presentation import Said
from gallery.quality import Reviewed
from processors.prompt import listed
from processors.records import TRIAL

PICTURES = 5
Outcome = Annotation.Outcome


@dataclass(frozen=True)
class Answer:
    """A caption in each of its languages, the main one first, the words in the picture, and what it cost (None: not
    known). `by`: who wrote it, in words."""

    by: str
    said: list[Said]
    text: str
    usd: Decimal | None

    @property
    def cost(self) -> str:
        return "" if self.usd is None else spending_words.usd(self.usd)


@dataclass(frozen=True)
class Pair:
    """One picture: `before`, which is the caption by the active prompt if `by_active`, else the current one; and what
    came of the trial, or `job`, which is where it stands."""

    image: Image
    before: Answer
    by_active: bool
    tried: Answer | None
    job: Job | None

    @property
    def thumbnail_url(self) -> str:
        return storage.url(self.image.thumbnail_key)

    @property
    def status(self) -> str:
        return self.job.status if self.job else ""

    @property
    def in_progress(self) -> bool:
        return self.status in presentation.IN_PROGRESS


def active() -> Prompt | None:
    return Prompt.objects.filter(active=True).first()


def reviews(prompt: Prompt) -> list[tuple[Prompt, Reviewed]]:
    """What reviewers thought so far of captions by the active prompt, and by this one."""
    found, now = quality.by_prompt(), active()
    return [(each, found.get(each.pk, Reviewed())) for each in ([now] if now and now != prompt else []) + [prompt]]


def pairs(prompt: Prompt) -> list[Pair]:
    """Of the pictures that it is tried on, or was, the newest five."""
    jobs = {job.image_id: job for job in Job.objects.filter(kind=TRIAL, prompt=prompt)}
    images = _images(prompt, jobs)
    tried, now = _answers(prompt, images, [Outcome.TRIAL]), active()
    # Of a prompt that has become active, the caption that is there.
    by_active = _answers(now, images, [Outcome.CAPTION, Outcome.TRIAL]) if now and now != prompt else {}
    found = []
    for image in images:
        job = jobs.get(image.pk)
        answer = tried.get(image.pk) if job is None or job.state == State.DONE else None
        before = by_active.get(image.pk)
        found.append(Pair(image, before or _current(image), before is not None, answer, job))
    return found


def _images(prompt: Prompt, jobs: Iterable[int]) -> list[Image]:
    """First those whose trial is this prompt's; then those that were another prompt's later."""
    visible = Image.objects.filter(visibility=Visibility.VISIBLE).prefetch_related("tags", "translations")
    rows = Annotation.objects.filter(image__in=Job.objects.filter(kind=TRIAL).values("image"))  # an index has these
    before = set(rows.filter(prompt=prompt, outcome=Outcome.TRIAL).values_list("image", flat=True))
    images = list(visible.filter(pk__in=jobs).order_by("-pk")[:PICTURES])
    return images + list(visible.filter(pk__in=before.difference(jobs)).order_by("-pk")[: PICTURES - len(images)])


def _answers(prompt: Prompt, images: list[Image], outcomes: list[Outcome]) -> dict[int, Answer]:
    """The latest of the prompt by picture. Its languages are its rows, the latest of each: a prompt never changes
    them."""
    rows: dict[int, dict[str, Annotation]] = {}
    written = Annotation.objects.filter(image__in=images, prompt=prompt, outcome__in=outcomes).exclude(caption="")
    for row in written.order_by("id"):
        rows.setdefault(row.image_id or 0, {})[row.language] = row
    order = [*(listed(prompt.languages) or (settings.ANNOTATION_LANGUAGE,))]
    return {pk: _answer(sorted(found.values(), key=lambda row: _place(row, order))) for pk, found in rows.items()}


def _place(row: Annotation, order: list[str]) -> int:
    return order.index(row.language) if row.language in order else len(order)


def _answer(rows: list[Annotation]) -> Answer:
    said = [Said(row.language, row.caption, row.alt_text, row.model, tuple(row.tags)) for row in rows]
    return Answer(rows[0].by, said, rows[0].text, rows[0].cost_usd)


def _current(image: Image) -> Answer:
    """What everybody sees now. The ledger knows what it cost, but not by which row."""
    first, *others = presentation.said(image)
    first = first._replace(tags=tuple(tag.name for tag in image.tags.all()))
    words = {PERSON: "a person", OFFLINE: "nobody: it was made without AI", "": "nobody"}
    return Answer(words.get(image.captioned_by, image.captioned_by), [first, *others], image.text, None)
