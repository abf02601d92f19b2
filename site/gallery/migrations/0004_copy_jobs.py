"""Where each picture's work stands moves from the ten columns of `images` to rows of `jobs`, in ranges of ids: each
statement is a transaction of its own, so that this can be killed and run again, and no table is locked for long."""

import sys
from collections.abc import Callable
from typing import Any

from django.db import migrations

RANGE = 5000  # ids in one statement
KINDS = ("thumbnail", "annotation")

# What ran when the former version was stopped is due at once.
COPY = """
INSERT INTO jobs (image_id, kind, state, attempts, due_at, started_at, finished_at, error)
SELECT id, '{kind}', {kind}_state, {kind}_attempts, COALESCE({kind}_finished_at, {kind}_started_at, uploaded_at),
       {kind}_started_at, {kind}_finished_at, {kind}_error
FROM images WHERE id >= %s AND id < %s
AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.image_id = images.id AND jobs.kind = '{kind}')"""

COPY_BACK = """
UPDATE images SET
    {kind}_state = COALESCE((SELECT CASE state WHEN 'paused' THEN 'queued' ELSE state END FROM jobs WHERE {job}),
        'queued'),
    {kind}_attempts = COALESCE((SELECT attempts FROM jobs WHERE {job}), 0),
    {kind}_started_at = (SELECT started_at FROM jobs WHERE {job}),
    {kind}_finished_at = (SELECT finished_at FROM jobs WHERE {job}),
    {kind}_error = COALESCE((SELECT error FROM jobs WHERE {job}), '')
WHERE id >= %s AND id < %s"""


def copy(apps: Any, schema_editor: Any) -> None:
    _in_ranges(schema_editor, lambda kind: COPY.format(kind=kind))


def copy_back(apps: Any, schema_editor: Any) -> None:
    job = "jobs.image_id = images.id AND jobs.kind = '{kind}'"
    _in_ranges(schema_editor, lambda kind: COPY_BACK.format(kind=kind, job=job.format(kind=kind)))
    other = apps.get_model("gallery", "Job").objects.exclude(kind__in=KINDS).count()
    sys.stderr.write(f"\n  Dropped: when each job is due; jobs of other kinds: {other}. What was paused is queued.\n")


def _in_ranges(schema_editor: Any, statement_of: Callable[[str], str]) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT MIN(id), MAX(id) FROM images")
        first, last = cursor.fetchone()
        for start in range(first or 0, (last or -1) + 1, RANGE):
            for kind in KINDS:
                cursor.execute(statement_of(kind), [start, start + RANGE])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("gallery", "0003_jobs")]
    operations = [migrations.RunPython(copy, copy_back)]
