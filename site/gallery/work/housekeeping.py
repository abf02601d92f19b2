"""AWS: what looks after the queues, in one process of the whole fleet. The functions do the work; this sends a job
again whose message is gone: acknowledged, because the job was put off, or lost."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection

from gallery import locks
from gallery.models import Job, State
from gallery.search import backfill
from gallery.work import messages, paused, queue, recaption, tidy
from processors import records

EVERY_SECONDS = 30.0
LATE = timedelta(minutes=5)  # a message is mostly on its way for less
AT_ONCE = 100  # jobs of each kind

log = logging.getLogger(__name__)
tidy_up = tidy.hourly()


def round_of_the_leader() -> int:
    """Send what is due and has no message, if this process is the one that does; returns how many jobs were sent. The
    leader is who holds MySQL's named lock: it goes to another instance when the connection ends."""
    if not locks.take(connection, "housekeeping", seconds=0):
        return 0
    forget_soon()
    tidy_up()
    paused.resume()
    recaption.top_up(AT_ONCE)
    backfill.some(10)
    sent = sum(_send(job) for kind in records.all_kinds() for job in _without_message(kind))
    if sent:
        log.info("Jobs that have been sent to the functions again: %s", sent)
    return sent


def forget_soon() -> None:
    """Have the lock of an instance that is cut off end two minutes after its last word, instead of hours."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION wait_timeout = 120")


def _without_message(kind: str) -> Iterator[Job]:
    yield from queue.put_off(kind, AT_ONCE)
    yield from _lost(kind)  # asked when those have been sent


def _lost(kind: str) -> list[Job]:
    """Jobs whose message should have brought them to a function by now. While many wait in the queue, theirs is among
    them."""
    late = queue.due(kind, AT_ONCE, since=LATE)
    return [] if late and messages.many_wait(kind, AT_ONCE) else late


def _send(job: Job) -> bool:
    """The job waits for its message from now on, and is late after another `LATE`; unless a function was faster than
    this and has taken it up, or put it off, by now. The lease of one that died stays to be seen."""
    if not messages.sent(job.image, job.kind):
        return False
    seen = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, due_at=job.due_at)
    seen.update(due_at=queue.now(), **({} if job.state == State.RUNNING else {"started_at": None}))
    return True
