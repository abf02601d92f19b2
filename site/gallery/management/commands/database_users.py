"""`manage.py database_users`: the functions' own user of the database. Each instance runs it when it starts, after the
migration, so that it holds for a new database, for new tables and for a new password. Not a migration: Django would
note it as done, and passwords change."""

import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from gallery import database_users, locks

HINTS: dict[Any, str] = {
    1146: "A table is missing: run `manage.py migrate` first.",
    1227: "The site's account must be the database's master, who may create users.",
}
WAIT = 60  # seconds for another instance that does the same


class Command(BaseCommand):
    help = "Make the functions' user of the database, or bring its password and its rights to what they should be."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ON_AWS:
            raise CommandError("There is nothing to do: on one machine nobody but the site uses its database.")
        if not settings.FUNCTIONS_DATABASE_SECRET_ARN:
            raise CommandError("FUNCTIONS_DATABASE_SECRET_ARN is missing: the secret with username and password.")
        if not locks.take(connection, "database_users", WAIT):
            raise CommandError(f"Another process has been doing this for more than {WAIT} s; nothing was changed here.")
        username, password = credentials(settings.FUNCTIONS_DATABASE_SECRET_ARN)  # as they are when it is our turn
        make(username, password)
        self.stdout.write(f"{username} may use {', '.join(database_users.PRIVILEGES)}, by TLS, and nothing else.")


def credentials(arn: str) -> tuple[str, str]:
    """Username and password of the secret. CommandError, which says neither, where they are not usable."""
    try:
        account = connection.other_account(arn)  # type: ignore[attr-defined]  # config.mysql has it
        username, password = str(account["user"]), str(account["password"])
    except Exception as error:
        problem = f"The secret {arn} could not be read ({type(error).__name__}). May this role get its value?"
        raise CommandError(problem) from None
    if not re.fullmatch("[a-z_]{1,32}", username) or len(password) < 20 or not password.isascii():
        raise CommandError(
            f"The secret {arn} must have a username of the letters a to z and _, and a password of at least 20"
            ' characters of ASCII: {"username": "functions", "password": "…"}.'
        )
    return username, password


def make(username: str, password: str) -> None:
    """As `database_users.make`. CommandError, in which no SQL is, where it fails."""
    try:
        _refuse_ourselves(username)
        database_users.make(connection, username, password)
    except DatabaseError as error:
        number = error.args[0] if error.args else ""
        hint = HINTS.get(number, "Its meaning is in the list of server errors of the MySQL manual.")
        raise CommandError(f"{username} is not ready: the database answered with error {number}. {hint}") from None


def _refuse_ourselves(username: str) -> None:
    """The secret of the master in the place of the functions' would take its rights away, for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_USER()")
        ours = cursor.fetchone()[0].partition("@")[0]
    if username == ours:
        raise CommandError(f"{username} is the site's own account. Name another in FUNCTIONS_DATABASE_SECRET_ARN.")
