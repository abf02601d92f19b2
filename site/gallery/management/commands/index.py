"""`manage.py index`: what the search does not know yet gets into its index, now and not in the background."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from gallery.search import backfill

EVERY_SECONDS = 2.0


class Command(BaseCommand):
    help = (
        "Bring all pictures into the search's index. `manage.py work` does so by itself; Ctrl+C ends this at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        total, done, begin = backfill.missing().count(), 0, time.monotonic()
        said = begin
        for count in backfill.batches():
            done += count
            if time.monotonic() - said >= EVERY_SECONDS:
                said = time.monotonic()
                rate = done / (said - begin)
                left = max(total - done, 0)
                self.stdout.write(f"{done:,} of {total:,} pictures, {rate:,.0f} a second, {left / rate:,.0f} s left")
        self.stdout.write(f"The search finds all pictures: {done:,} were indexed.")
