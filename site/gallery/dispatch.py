"""Who does the work. On AWS the bucket's event does it, and only work that is run again is announced here, by the
same message. On one machine each gunicorn worker has a small thread pool for each stage.

The pools are only a shortcut: the queue is the database. A sweep every few seconds takes up whatever waits there, so
that work that was queued or running when a process stopped is done by the next.
"""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from gallery.models import Image, State
from processors import annotation, events, records, thumbnail
from processors.captioning import Captioner, Retryable

THREADS = 2  # of each stage: a model that does not answer must not keep thumbnails waiting
SWEEP_SECONDS = 5.0
SETTLED = timedelta(seconds=3)  # a younger row's object may still be on its way to the disk
# One machine waits out an hour without Gemini: minutes at first, then once an hour, for most of a day.
PAUSES = [timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)]
TRIES = 24
TOO_OFTEN = "It was interrupted too often. A moderator can run it again."

log = logging.getLogger(__name__)
_pools: dict[str, ThreadPoolExecutor] = {}
_pending: set[tuple[str, str]] = set()
_pending_lock = threading.Lock()


def submit(image: Image) -> None:
    """New work. Nothing to do on AWS, nor in a process without pools: the server's sweep finds the row."""
    for stage in records.STAGES:
        _enqueue(image.object_key, stage)


def run_again(image: Image, *stages: str) -> list[str]:
    """Put stages back to the queue and have them done; returns those that go on. One that is being worked on is left
    alone; one that could not be announced has failed, in words."""
    changed = [stage for stage in stages if _back_to_the_queue(image, stage)]
    if changed and settings.ON_AWS and not _announced(image, changed):
        return []
    for stage in changed:
        _enqueue(image.object_key, stage)
    return changed


def announce(upload: events.Upload) -> None:
    """AWS: have both functions look at an object, by the event that brought it in. Raises botocore's exceptions."""
    _sns().publish(TopicArn=settings.TOPIC_ARN, Message=events.message(upload))


def _announced(image: Image, stages: list[str]) -> bool:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        announce(events.Upload(settings.S3_BUCKET, image.object_key, tuple(stages)))
    except (BotoCoreError, ClientError) as error:
        log.warning("%s could not be announced on the topic: %s", image.uuid, error)
        words = "It could not be announced to the functions. Run it again in a moment."
        for stage in stages:
            queued = Image.objects.filter(pk=image.pk, **{f"{stage}_state": State.QUEUED})
            queued.update(**{f"{stage}_state": State.FAILED, f"{stage}_error": words})
        return False
    return True


def _back_to_the_queue(image: Image, stage: str) -> bool:
    values = {
        f"{stage}_state": State.QUEUED,
        f"{stage}_attempts": 0,
        f"{stage}_error": "",
        f"{stage}_started_at": None,
        f"{stage}_finished_at": timezone.now(),  # it waits since now
    }
    in_work = Q(**{f"{stage}_state": State.RUNNING}) & ~_lease_is_over(stage)
    return Image.objects.filter(pk=image.pk).exclude(in_work).update(**values) == 1


def _lease_is_over(stage: str) -> Q:
    """Rows whose stage is marked as running by somebody who is dead."""
    lease_over = timezone.now() - timedelta(seconds=records.LEASE_SECONDS)
    return Q(**{f"{stage}_state": State.RUNNING, f"{stage}_started_at__lt": lease_over})


def start() -> None:
    """Begin to work in this process (gunicorn's workers call it); nothing on AWS."""
    if settings.ON_AWS or _pools:
        return
    for stage in records.STAGES:
        _pools[stage] = ThreadPoolExecutor(THREADS, thread_name_prefix=stage)
    threading.Thread(target=_sweep_for_ever, name="sweep", daemon=True).start()


def stop() -> None:
    """Begin nothing more; what is running ends by itself, and what is queued stays in the database."""
    with _pending_lock:
        pools = list(_pools.values())
        _pools.clear()
    for pool in pools:
        pool.shutdown(wait=False, cancel_futures=True)


def take_up_interrupted() -> int:
    """At the start of the only server: whatever is marked as running was interrupted. Returns how many go on."""
    count = 0
    for stage in records.STAGES:
        running = Q(**{f"{stage}_state": State.RUNNING})
        _give_up(stage, running)
        back = {f"{stage}_state": State.QUEUED, f"{stage}_started_at": None, f"{stage}_finished_at": timezone.now()}
        count += Image.objects.filter(running).update(**back)
    return count


def _give_up(stage: str, interrupted: Q) -> None:
    """A picture that ends the process each time must not do so for ever."""
    tried = Image.objects.filter(interrupted, **{f"{stage}_attempts__gte": TRIES})
    tried.update(**{f"{stage}_state": State.FAILED, f"{stage}_error": TOO_OFTEN})


def sweep() -> None:
    """Take up what waits in the database: queued, or running with its lease over."""
    for stage in records.STAGES:
        _give_up(stage, _lease_is_over(stage))
        for image in Image.objects.filter(_waiting(stage)).order_by("uploaded_at").only("s3_key")[:100]:
            _enqueue(image.object_key, stage)


def _waiting(stage: str) -> Q:
    """Rows whose stage was never tried, or was and its pause is over."""
    now, attempts, started = timezone.now(), f"{stage}_attempts", f"{stage}_started_at"
    due = Q(**{f"{started}__isnull": True}, uploaded_at__lt=now - SETTLED)
    lookups = [f"{attempts}__lte", *[attempts] * (len(PAUSES) - 2), f"{attempts}__gte"]
    for made, (lookup, pause) in enumerate(zip(lookups, PAUSES, strict=True), start=1):
        due |= Q(**{lookup: made, f"{started}__lt": now - pause})
    return Q(**{f"{stage}_state": State.QUEUED}) & due | _lease_is_over(stage)


def work(key: str, stage: str) -> str:
    """Do one stage of one picture here and now. Outcomes and errors as `processors.stage.run`."""
    upload, objects, limits = events.Upload("", key), _objects(), _limits()
    if stage == "thumbnail":
        return thumbnail.process(upload, objects, connection, limits, tries=TRIES)
    language = settings.ANNOTATION_LANGUAGE
    return annotation.process(upload, objects, connection, captioner(), language, limits, tries=TRIES)


@cache
def captioner() -> Captioner:
    """Gemini with a key, else the describer that needs none."""
    if not settings.GEMINI_API_KEY:
        from processors.captioning.offline import Offline

        return Offline()
    from processors.captioning import gemini

    model = settings.GEMINI_MODEL or gemini.DEFAULT_MODEL
    return gemini.Gemini(settings.GEMINI_API_KEY, model, settings.GEMINI_ENDPOINT)


def _enqueue(key: str, stage: str) -> None:
    job = (key, stage)
    with _pending_lock:
        if stage not in _pools or job in _pending:
            return
        _pending.add(job)
        _pools[stage].submit(_job, key, stage)


def _job(key: str, stage: str) -> None:
    close_old_connections()
    try:
        outcome = work(key, stage)
        if outcome != "skipped":
            log.info("%s of %s: %s", stage, key, outcome)
    except records.Busy:  # the other gunicorn worker has it
        log.debug("%s of %s is in work already", stage, key)
    except Retryable as reason:
        log.info("%s of %s comes later: %s", stage, key, reason)
    except Exception:
        log.exception("%s of %s failed", stage, key)
    finally:
        connection.close()
        with _pending_lock:
            _pending.discard((key, stage))


def _sweep_for_ever() -> None:
    while _pools:
        try:
            sweep()
        except Error:
            log.exception("The queue could not be read; trying again in a moment.")
        connection.close()
        time.sleep(SWEEP_SECONDS)


def _objects() -> Any:
    from gallery.storage import Objects

    return Objects()


def _limits() -> Any:
    from gallery.uploads import limits

    return limits()


@cache
def _sns() -> Any:
    import boto3

    return boto3.client("sns", region_name=settings.AWS_REGION)
