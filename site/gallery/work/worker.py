"""The worker of one machine: takes jobs from the queue and does them, as many of each kind at once as there are places
to decode. A model that does not answer keeps no thumbnail waiting."""

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError
from django.db import Error, close_old_connections

from gallery.limits import picture_limits
from gallery.models import Job
from gallery.search import backfill
from gallery.work import paused, queue, recaption, rhythm, tidy
from gallery.work.resources import resources
from processors import events, records
from processors.job import process_of

POLL_SECONDS = 0.4  # a new job starts within half a second
LAST_SECONDS = 5.0  # that jobs in progress get when the worker stops; the rest is taken up at the next start

log = logging.getLogger(__name__)


@contextmanager
def only_worker() -> Iterator[None]:
    """Within, this is the only worker of VAR_DIR, else CommandError. However it ends, the lock ends with it."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "worker.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"The site with the pictures in {settings.VAR_DIR} is running already: use it, or stop it first."
                " Nothing was changed. To run another beside it, name another VAR_DIR and another BIND."
            ) from None
        yield


class Worker:
    def __init__(self) -> None:
        self._again = threading.Event()  # a place has become free: do not wait for the next look at the queue
        self.lanes = [Lane(kind, self._again.set) for kind in records.all_kinds()]
        self._stopping = False

    def run(self) -> None:
        """Until `stop_soon`. Only within `only_worker`: what is marked as running then was interrupted."""
        if count := queue.take_up_interrupted():
            log.info("Jobs that were interrupted and go on now: %s", count)
        tidy_up, resume = tidy.hourly(), paused.now_and_then()
        index = rhythm.every(1, lambda: backfill.some(0.5))
        while not self._stopping:
            self._again.clear()
            try:
                tidy_up()
                resume()
                index()
                recaption.top_up(2 * picture_limits().slots)
                for lane in self.lanes:
                    lane.fill()
            except Error:
                log.exception("The queue could not be read; trying again in a moment.")
                close_old_connections()
            self._again.wait(POLL_SECONDS)

    def stop_soon(self) -> None:
        """Begin nothing more."""
        self._stopping = True
        self._again.set()

    def wait(self) -> None:
        """Give what is in progress a moment to end."""
        end = time.monotonic() + LAST_SECONDS
        while any(lane.taken for lane in self.lanes) and time.monotonic() < end:
            time.sleep(0.05)


class Lane:
    """The jobs of one kind that this worker is doing. `done`: called whenever one has ended."""

    def __init__(self, kind: str, done: Callable[[], None]) -> None:
        self.kind, self._done, self.places = kind, done, picture_limits().slots
        self.taken: set[int] = set()  # ids of jobs; touched by the pool's threads as well
        self.pool = ThreadPoolExecutor(self.places, thread_name_prefix=kind)

    def fill(self) -> None:
        """Begin as many of the jobs that are due as there are places."""
        free = self.places - len(self.taken)
        waiting = queue.due(self.kind, self.places + len(self.taken)) if free else []
        for job in [job for job in waiting if job.pk not in self.taken][:free]:
            self.taken.add(job.pk)
            self.pool.submit(self._do, job)

    def _do(self, job: Job) -> None:
        try:
            if not do(job.image.object_key, self.kind):
                queue.step_back(job)
        except Error:
            time.sleep(POLL_SECONDS)  # a database that is away is not asked faster than in peace
        finally:
            self.taken.discard(job.pk)
            self._done()


def do(key: str, kind: str) -> str:
    """Do one job of the picture with this object key, here and now; returns what came of it, or "" for an error."""
    close_old_connections()
    try:
        outcome = process_of(kind)(events.Upload("", key), resources())
        if outcome != "skipped":
            log.info("%s of %s: %s", kind, key, outcome)
        return outcome
    except Exception:
        log.exception("%s of %s failed", kind, key)
    return ""
