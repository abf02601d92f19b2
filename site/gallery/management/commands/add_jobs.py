"""`manage.py add_jobs KIND`: after a processor was added, its work for the pictures that are there already."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from gallery.work import queue
from processors import records


class Command(BaseCommand):
    help = "Queue a kind of job for every picture that has none of it. May be stopped and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=records.KINDS)

    def handle(self, *args: Any, kind: str, **options: Any) -> None:
        self.stdout.write(f"Queued: {sum(queue.add_kind(kind))}.")
