"""AWS: what looks after the queue, in one process of the whole fleet. The functions do the work; this sends a job again
whose message was acknowledged or lost: put off until now, or running with its lease over."""

import logging
from datetime import timedelta

from django.db import connection

from gallery import locks
from gallery.models import Job
from gallery.work import queue, tidy, topic
from processors import records

EVERY_SECONDS = 30.0
# A message is mostly on its way for less, and Lambda's own next try comes 120 s after the last.
LATE = timedelta(minutes=5)
AT_ONCE = 100  # jobs of each kind

log = logging.getLogger(__name__)
tidy_up = tidy.hourly()


def round_of_the_leader() -> int:
    """Send what is late, if this process is the one that does; returns how many jobs were sent. The leader is who
    holds MySQL's named lock: it goes to another instance when the connection ends."""
    if not locks.take(connection, "housekeeping", seconds=0):
        return 0
    forget_soon()
    tidy_up()
    sent = sum(_send(job) for kind in records.KINDS for job in queue.due(kind, AT_ONCE, since=LATE))
    if sent:
        log.info("Jobs that were late and have been sent to the functions again: %s", sent)
    return sent


def forget_soon() -> None:
    """Have the lock of an instance that is cut off end two minutes after its last word, instead of hours."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION wait_timeout = 120")


def _send(job: Job) -> bool:
    """The job stays as it is, and is late again after another `LATE`; unless a function was faster than this and has
    taken it up, or put it off, by now."""
    if not topic.announced(job.image, [job.kind]):
        return False
    seen = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, due_at=job.due_at)
    seen.update(due_at=queue.now())
    return True
