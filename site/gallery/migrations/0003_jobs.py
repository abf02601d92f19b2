"""The table of jobs, what the sandbox finds out of a picture, and what stays of one that was deleted."""

import sys
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Now

import gallery.fields
from gallery.migrations import _repeatable as repeatable

STATES = [
    ("queued", "waiting"),
    ("running", "in progress"),
    ("done", "done"),
    ("failed", "failed"),
    ("declined", "declined by the model"),
    ("paused", "paused"),
]


def nothing(apps: Any, schema_editor: Any) -> None:
    """Forwards there is nothing to do."""


def drop_what_has_no_picture(apps: Any, schema_editor: Any) -> None:
    """Backwards: the former ledger can't hold a row without its picture."""
    if "removed_pictures" not in schema_editor.connection.introspection.table_names():
        return  # this was killed after its last statement, and runs again
    rows = apps.get_model("gallery", "Annotation").objects.filter(image=None)
    removed = apps.get_model("gallery", "RemovedPicture").objects.count()
    sys.stderr.write(
        f"\n  Dropped: rows of the ledger whose picture was deleted: {rows.count()}; hashes of pictures that were"
        f" deleted while hidden: {removed}; all perceptual hashes and dates of pictures.\n"
    )
    rows.delete()


class Migration(migrations.Migration):
    dependencies = [("gallery", "0002_moderators")]
    operations = [
        repeatable.CreateModel(
            name="RemovedPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", gallery.fields.AsciiField(max_length=64, unique=True)),
                ("perceptual_hash", gallery.fields.AsciiField(default="", db_default="", max_length=16)),
                ("removed_at", models.DateTimeField(default=django.utils.timezone.now, db_default=Now())),
            ],
            options={"db_table": "removed_pictures"},
        ),
        repeatable.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", gallery.fields.AsciiField(max_length=16)),
                ("state", models.CharField(choices=STATES, default="queued", db_default="queued", max_length=16)),
                ("attempts", models.PositiveIntegerField(default=0, db_default=0)),
                ("due_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("error", models.CharField(default="", db_default="", max_length=500)),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="jobs", to="gallery.image"
                    ),
                ),
            ],
            options={
                "db_table": "jobs",
                "indexes": [
                    models.Index(fields=["kind", "state", "due_at"], name="jobs_queue"),
                    models.Index(fields=["kind", "state", "image"], name="jobs_state"),
                ],
                "constraints": [models.UniqueConstraint(fields=("image", "kind"), name="jobs_once")],
            },
        ),
        repeatable.AddField(
            "image",
            "perceptual_hash",
            gallery.fields.AsciiField(default="", db_default="", editable=False, max_length=16),
        ),
        repeatable.AddField("image", "taken_at", models.DateTimeField(editable=False, null=True)),
        repeatable.AlterForeignKey(
            "annotation",
            "image",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="annotations", to="gallery.image"
            ),
        ),
        migrations.RunPython(nothing, drop_what_has_no_picture),
    ]
