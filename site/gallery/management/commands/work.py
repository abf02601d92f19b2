"""`manage.py work`: the worker. On one machine it does the jobs of the queue; on AWS, where the functions do them, it
looks after the queue. A process of its own, so that everybody sees it and nobody's page waits for it."""

import os
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections

from gallery.work import housekeeping, worker


class Command(BaseCommand):
    help = "Do the jobs that wait (one machine), or send late ones to the functions again (AWS). Ends with SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ON_AWS:
            self._look_after_the_queue()
            return
        with worker.only_worker():
            doing = worker.Worker()
            _at_the_end(doing.stop_soon)
            doing.run()
            doing.wait()
            os._exit(0)  # what is still in progress (a model that thinks for minutes) is taken up at the next start

    def _look_after_the_queue(self) -> None:
        stop = threading.Event()
        _at_the_end(stop.set)
        while not stop.is_set():
            try:
                housekeeping.round_of_the_leader()
            except Error as problem:
                self.stderr.write(f"The database could not be asked; trying again in a moment: {problem}")
                close_old_connections()
            stop.wait(housekeeping.EVERY_SECONDS)


def _at_the_end(stop: Any) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())
