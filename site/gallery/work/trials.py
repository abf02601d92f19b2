"""A prompt is tried: the queue brings a few pictures to the model once more, and what it says gets into the ledger
alone (`gallery.comparison` shows it)."""

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from gallery import prompts
from gallery.models import Image, Job, Prompt, State, Visibility, status_q
from gallery.work import messages, queue
from gallery.work.again import NOT_SENT
from processors.records import TRIAL

PICTURES = 5
LATEST = 10_000  # pictures that are looked through


def pictures() -> list[Image]:
    """Those that a prompt is tried on next: the same that one was tried on before, so that all of them can be compared;
    then the newest that the active prompt captioned; then the newest that a model captioned, or that are there."""
    everybodys = Image.objects.exclude(visibility__in=[each for each in Visibility if each != Visibility.VISIBLE])
    fit = (
        everybodys.exclude(thumbnail_key="")
        .filter(_described(), ~_on_trial(_busy() | Q(state=State.DECLINED)))
        .order_by("-pk")
    )
    newest = Image.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    latest = fit.filter(pk__gt=newest - LATEST)
    active = Prompt.objects.filter(active=True).first()
    tried = fit.filter(pk__in=Job.objects.filter(kind=TRIAL).values("image"))
    return _first(tried, fit.filter(prompt=active) if active else fit.none(), latest.exclude(prompt=None), latest)


def _first(*sources: QuerySet[Image]) -> list[Image]:
    found: dict[int, Image] = {}
    for source in sources:
        if len(found) < PICTURES:
            found |= {image.pk: image for image in source.exclude(pk__in=found)[: PICTURES - len(found)]}
    return list(found.values())


def _described() -> Exists:
    """There is a caption to compare with, and nobody is at work on it."""
    return Exists(Job.objects.filter(image=OuterRef("pk"), kind="annotation", state=State.DONE))


def _on_trial(condition: Q) -> Exists:
    return Exists(Job.objects.filter(condition, image=OuterRef("pk"), kind=TRIAL))


def _busy() -> Q:
    """Trials that are still to come, and are not lost."""
    return Q(status_q(State.QUEUED) | status_q(State.RUNNING) | status_q(State.PAUSED))


def in_progress(prompt: Prompt) -> bool:
    return Job.objects.filter(_busy(), kind=TRIAL, prompt=prompt).exists()


def start(prompt: Prompt) -> int:
    """Have it tried on `pictures`; how many they are. 0 where it is being tried already."""
    jobs = _queue(prompt)
    for job in jobs if settings.ON_AWS else ():
        if not messages.sent(job.image, TRIAL):
            Job.objects.filter(pk=job.pk, state=State.QUEUED).update(state=State.FAILED, error=NOT_SENT)
    return len(jobs)


@transaction.atomic
def _queue(prompt: Prompt) -> list[Job]:
    """A picture has one job of this kind, which goes from one prompt to the next."""
    prompts.lock()
    if in_progress(prompt):
        return []
    fresh = {"state": State.QUEUED, "attempts": 0, "due_at": queue.now(), "started_at": None, "finished_at": None}
    values = {**fresh, "error": "", "prompt": prompt}
    jobs = [Job.objects.update_or_create(image=image, kind=TRIAL, defaults=values)[0] for image in pictures()]
    if jobs:
        prompts.use(prompt)
    return jobs
