"""Is the database there, and is its schema ours?"""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

OK = "ok"
NOT_MIGRATED = "The database is not migrated to this version: run `python manage.py migrate`."
UNREACHABLE = "The database can't be reached. Is it running, and may this host connect to it?"


def database() -> str:
    """OK, or what is wrong in a sentence."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return UNREACHABLE
    return OK


def migrations() -> str:
    """OK, NOT_MIGRATED or UNREACHABLE."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return UNREACHABLE
    return NOT_MIGRATED if pending else OK
