"""`manage.py migrate`: Django's own, one process at a time. Instances of a fleet that start together all run it; the
first migrates, the others wait and then find nothing to do."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import Error, connections


class Command(migrate.Command):
    help = "Bring the database to this version. On MySQL one process at a time; the others wait for it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", type=int, default=600, help="seconds to wait for another process that migrates (600)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if connection.vendor != "mysql":
            super().handle(*args, **options)
            return
        with self._alone(connection, options["lock_timeout"]):
            super().handle(*args, **options)

    @contextmanager
    def _alone(self, connection: Any, seconds: int) -> Iterator[None]:
        """Hold MySQL's named lock (GET_LOCK, per server: so the name has the database's in it). The server releases
        it by itself when the connection ends, however it ends."""
        name = f"migrate:{connection.settings_dict['NAME']}"[:64]
        with connection.cursor() as cursor:
            if not _get(cursor, name, 0):
                self.stderr.write(f"Another process migrates this database: waiting for it, up to {seconds} s.")
                if not _get(cursor, name, seconds):
                    raise CommandError(
                        f"Another process has been migrating this database for more than {seconds} s; nothing was"
                        f" changed here. See what it does with SELECT IS_USED_LOCK('{name}') and SHOW PROCESSLIST; when"
                        " it has ended, run this again."
                    )
        try:
            yield
        finally:
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT RELEASE_LOCK(%s)", [name])


def _get(cursor: Any, name: str, seconds: int) -> bool:
    cursor.execute("SELECT GET_LOCK(%s, %s)", [name, seconds])
    return bool(cursor.fetchone()[0] == 1)
