"""Who does the work. On AWS the bucket's event does it, and only work that is run again is announced here, by the
same message. On one machine each gunicorn worker has a small thread pool.

The pool is only a shortcut: the queue is the database. A sweep every few seconds takes up whatever waits there, so
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
from django.db.models import F, Q
from django.utils import timezone

from gallery.models import Image, State
from processors import annotation, events, records, thumbnail
from processors.captioning import Captioner, Retryable

THREADS = 2
SWEEP_SECONDS = 5.0
log = logging.getLogger(__name__)
_pool: ThreadPoolExecutor | None = None
_pending: set[tuple[str, str]] = set()
_pending_lock = threading.Lock()


def submit(image: Image) -> None:
    """New work. Nothing to do on AWS, nor in a process without a pool: the server's sweep finds the row."""
    for stage in records.STAGES:
        _enqueue(image.object_key, stage)


def run_again(image: Image, *stages: str) -> None:
    """Put stages back to the queue and have them done; one that is being worked on is left alone."""
    changed = [stage for stage in stages if _back_to_the_queue(image, stage)]
    if not changed:
        return
    if settings.ON_AWS:
        announce(events.Upload(settings.S3_BUCKET, image.object_key))
    for stage in changed:
        _enqueue(image.object_key, stage)


def announce(upload: events.Upload) -> None:
    """AWS: have both functions look at an object, by the event that brought it in."""
    _sns().publish(TopicArn=settings.TOPIC_ARN, Message=events.message(upload))


def _back_to_the_queue(image: Image, stage: str) -> bool:
    values = {
        f"{stage}_state": State.QUEUED,
        f"{stage}_attempts": 0,
        f"{stage}_error": "",
        f"{stage}_started_at": None,
        f"{stage}_finished_at": timezone.now(),  # it waits since now
    }
    waiting = Image.objects.filter(pk=image.pk).exclude(**{f"{stage}_state": State.RUNNING})
    return waiting.update(**values) == 1


def start() -> None:
    """Begin to work in this process (gunicorn's workers call it); nothing on AWS."""
    global _pool
    if settings.ON_AWS or _pool is not None:
        return
    _pool = ThreadPoolExecutor(THREADS, thread_name_prefix="work")
    threading.Thread(target=_sweep_for_ever, name="sweep", daemon=True).start()


def stop() -> None:
    """Begin nothing more; what is running ends by itself, and what is queued stays in the database."""
    global _pool
    if _pool is not None:
        _pool.shutdown(wait=False, cancel_futures=True)
        _pool = None


def take_up_interrupted() -> int:
    """At the start of the only server: whatever is marked as running was interrupted. Returns how many."""
    count = 0
    for stage in records.STAGES:
        running = Image.objects.filter(**{f"{stage}_state": State.RUNNING})
        gave_up = {f"{stage}_state": State.FAILED, f"{stage}_error": "It was interrupted too often."}
        running.filter(**{f"{stage}_attempts__gte": records.MAX_ATTEMPTS}).update(**gave_up)
        back = {f"{stage}_state": State.QUEUED, f"{stage}_started_at": None, f"{stage}_finished_at": timezone.now()}
        count += running.update(**back)
    return count


def sweep() -> None:
    """Take up what waits in the database: queued, or running with its lease over."""
    lease_over = timezone.now() - timedelta(seconds=records.LEASE_SECONDS)
    for stage in records.STAGES:
        state, started, attempts = f"{stage}_state", f"{stage}_started_at", f"{stage}_attempts"
        pause = timezone.now() - timedelta(seconds=SWEEP_SECONDS) * 2
        queued = Q(**{state: State.QUEUED}) & (Q(**{f"{started}__isnull": True}) | Q(**{f"{started}__lt": pause}))
        stale = Q(**{state: State.RUNNING, f"{started}__lt": lease_over})
        tries = Q(**{f"{attempts}__lt": records.MAX_ATTEMPTS})
        waiting = Image.objects.filter(tries & (queued | stale)).order_by(F("uploaded_at").asc())[:100]
        for image in waiting.only("s3_key"):
            _enqueue(image.object_key, stage)


def work(key: str, stage: str) -> str:
    """Do one stage of one picture here and now. Outcomes and errors as `processors.stage.run`."""
    upload = events.Upload("", key)
    if stage == "thumbnail":
        return thumbnail.process(upload, _objects(), connection, _limits())
    return annotation.process(upload, _objects(), connection, captioner(), settings.ANNOTATION_LANGUAGE, _limits())


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
        if _pool is None or job in _pending:
            return
        _pending.add(job)
        _pool.submit(_job, key, stage)


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
    while _pool is not None:
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
