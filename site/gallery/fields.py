"""The column types of our own: text that compares letter by letter."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class AsciiField(models.CharField):
    """Keys, hashes and identifiers: `CHARACTER SET ascii COLLATE ascii_bin` on MySQL, plain text on SQLite.

    255 characters are then 255 bytes, below every index limit that InnoDB has had (767 bytes included: InnoDB
    Limits, dev.mysql.com), and "A.jpg" is not "a.jpg", as in S3. Django's own `db_collation` names one collation
    for every database, and SQLite has no `ascii_bin`.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "ascii_bin"
        return parameters


class WordField(models.CharField):
    """Words as the search compares them (`processors.words`): the same only if each letter is. SQLite compares so by
    itself."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters
