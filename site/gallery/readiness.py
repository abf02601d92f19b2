"""Is the database there, is its schema ours, and is there room for uploads?"""

import shutil
import tempfile

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

OK = "ok"
NOT_MIGRATED = "The database is not migrated to this version: run `python manage.py migrate`."
UNREACHABLE = "The database can't be reached. Is it running, and may this host connect to it?"

DISK_FULL = "The disk is nearly full, and uploads are refused when it is. Make room, or give it a larger disk."


def disk() -> str:
    """OK, or DISK_FULL where the files of one upload would no longer fit."""
    folders = [tempfile.gettempdir()] if settings.ON_AWS else [tempfile.gettempdir(), str(settings.VAR_DIR)]
    free = min(shutil.disk_usage(folder).free for folder in folders)
    return DISK_FULL if free < settings.MAX_FILES * settings.MAX_FILE_BYTES else OK


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
