"""Jobs that a used-up budget has paused go on as soon as there is room: they need not wait for the month that they were
put off to, where the budget was raised."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from django.utils import timezone

from gallery import estimates, spending
from gallery.models import Job, Prompt, State
from gallery.work import queue, rhythm
from processors import records

EVERY_SECONDS = 30.0
AT_ONCE = 100  # jobs of each kind


def resume() -> int:
    """Have as many be due as the budget has room for now, a hundred of each kind at most; returns how many."""
    fitting = [job.pk for job in _fitting(spending.purse().left)]
    return Job.objects.filter(pk__in=fitting, state=State.PAUSED).update(due_at=queue.now()) if fitting else 0


def _fitting(room: Decimal | None) -> Iterator[Job]:
    """`room`: USD, None: without a limit. Each takes what will be reserved for it."""
    active = Prompt.objects.filter(active=True).first()
    for kind in ("annotation", records.TRIAL):
        paused = Job.objects.filter(kind=kind, state=State.PAUSED, due_at__gt=timezone.now())
        for job in paused.select_related("prompt").order_by("due_at")[:AT_ONCE]:
            reserved = estimates.bound(job.prompt or active)
            if room is not None:
                if reserved is None or reserved > room:  # at an unknown price it would only fail
                    break
                room -= reserved
            yield job


def now_and_then() -> Callable[[], None]:
    """To be called often: resumes at the first call, and each half minute."""
    return rhythm.every(EVERY_SECONDS, resume)
