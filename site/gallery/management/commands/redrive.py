"""`manage.py redrive`: after a fault, bring back everything that failed."""

from typing import Any

from django.core.management.base import BaseCommand

from gallery.work.again import redrive


class Command(BaseCommand):
    help = "Run every thumbnail and caption again that failed or was lost, and empty the dead-letter queues."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in redrive().lines():
            self.stdout.write(line)
