"""`manage.py migrate`: Django's own, one process at a time. Instances of a fleet that start together all run it; the
first migrates, the others wait and then find nothing to do."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections

from gallery import locks


class Command(migrate.Command):
    help = "Bring the database to this version. On MySQL one process at a time; the others wait for it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", type=int, default=600, help="seconds to wait for another process that migrates (600)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if connection.vendor == "mysql" and not locks.take(connection, "migrate", 0):
            self._wait(connection, options["lock_timeout"])
        super().handle(*args, **options)

    def _wait(self, connection: Any, seconds: int) -> None:
        self.stderr.write(f"Another process migrates this database: waiting for it, up to {seconds} s.")
        if not locks.take(connection, "migrate", seconds):
            raise CommandError(
                f"Another process has been migrating this database for more than {seconds} s; nothing was changed here."
                f" See what it does with SELECT IS_USED_LOCK('{locks.name_of(connection, 'migrate')}') and SHOW"
                " PROCESSLIST; when it has ended, run this again."
            )
