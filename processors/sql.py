"""The few calls on a DB-API connection that takes `%s` which the SQL modules (records.py, ledger.py) are made of."""

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from typing import Any

Connection = Any  # of the DB-API; its cursor() is used, and PyMySQL's ping() and connect()


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of it or nothing, on PyMySQL's connection with autocommit; one that was lost is made anew first. The site has
    `atomic` for this: within that, BEGIN would commit what was done before (MySQL manual, "Statements That Cause an
    Implicit Commit")."""
    try:
        connection.ping()
    except Exception:  # each driver's own
        connection.connect()
    execute(connection, "BEGIN")
    try:
        yield
    except BaseException:
        with suppress(Exception):  # a connection that was lost has rolled back by itself
            execute(connection, "ROLLBACK")
        raise
    execute(connection, "COMMIT")


@contextmanager
def already_there() -> Iterator[None]:
    """Within, a row that a unique index has already is no error."""
    try:
        yield
    except Exception as error:
        if type(error).__name__ != "IntegrityError":  # each driver has a class of its own by this name (PEP 249)
            raise


def execute(connection: Connection, sql: str, *values: Any) -> int:
    """How many rows the statement found."""
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def places(values: Collection[Any]) -> str:
    """A place for each of these values: "%s, %s"."""
    return ", ".join(["%s"] * len(values))


def insert(connection: Connection, table: str, row: dict[str, Any]) -> int:
    """The id of the new row. `table` and the names in `row` are ours, never a visitor's."""
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places(row)})", tuple(row.values()))  # noqa: S608
        return int(cursor.lastrowid)


def one(connection: Connection, sql: str, *values: Any) -> Any:
    """The first row, or None."""
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def many(connection: Connection, sql: str, *values: Any) -> Any:
    """All rows."""
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def stamp(moment: datetime) -> str:
    """UTC without an offset, as Django stores it: text sorts and compares right on both engines."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
