"""Who uploaded a picture, who hid it and why; hashes in bands, to find pictures that look alike; reports by visitors;
what an address sent on a day; what came of each request to a model."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from gallery.fields import AsciiField
from gallery.migrations import _repeatable as repeatable

VISIBILITIES = [
    ("visible", "visible"),
    ("hidden", "hidden"),
    ("waiting", "waiting for a moderator"),
    ("arriving", "not whole yet"),
]
OUTCOMES = [
    ("caption", "a caption"),
    ("cut off", "cut off"),
    ("unreadable", "could not be read"),
    ("declined", "declined"),
    ("unknown", "no answer"),
]


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def fill_bands(apps: Any, schema_editor: Any) -> None:
    """Of the hashes that are there. May run again."""
    quarters = ", ".join(f"hash_band_{n} = SUBSTR(perceptual_hash, {4 * n - 3}, 4)" for n in range(1, 5))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"UPDATE images SET {quarters} WHERE perceptual_hash <> ''")  # noqa: S608


def nothing(apps: Any, schema_editor: Any) -> None:
    """Backwards the columns go."""


def person(**options: object) -> models.ForeignKey:
    by = django.db.models.deletion.SET_NULL
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=by, editable=False, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0005_drop_former_columns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        repeatable.CreateModel(
            name="ClientDay",
            fields=[
                ("id", key()),
                ("client", AsciiField(max_length=64)),
                ("day", models.DateField()),
                ("uploads", models.PositiveIntegerField(db_default=0, default=0)),
                ("cpu_ms", models.PositiveBigIntegerField(db_default=0, default=0)),
            ],
            options={
                "db_table": "client_days",
                "indexes": [models.Index(fields=["day"], name="client_days_day")],
                "constraints": [models.UniqueConstraint(fields=("client", "day"), name="client_days_once")],
            },
        ),
        repeatable.AddField(
            "annotation",
            "outcome",
            models.CharField(choices=OUTCOMES, db_default="caption", default="caption", max_length=16),
        ),
        repeatable.AddField("image", "uploader", AsciiField(db_default="", default="", editable=False, max_length=64)),
        repeatable.AddField(
            "image",
            "hidden_reason",
            models.CharField("reason for hiding", blank=True, db_default="", default="", max_length=200),
        ),
        repeatable.AddField("image", "hidden_at", models.DateTimeField(editable=False, null=True)),
        repeatable.AddField("image", "hidden_by", person(related_name="+")),
        migrations.AlterField(
            "image",
            "visibility",
            models.CharField(choices=VISIBILITIES, db_default="visible", default="visible", max_length=16),
        ),
        *(
            repeatable.AddField(
                "image", f"hash_band_{n}", AsciiField(db_default="", default="", editable=False, max_length=4)
            )
            for n in range(1, 5)
        ),
        migrations.RunPython(fill_bands, nothing),
        repeatable.AddIndex("image", models.Index(fields=["uploader", "uploaded_at", "id"], name="images_uploader")),
        *(
            repeatable.AddIndex("image", models.Index(fields=[f"hash_band_{n}"], name=f"images_hash_band_{n}"))
            for n in range(1, 5)
        ),
        repeatable.CreateModel(
            name="Report",
            fields=[
                ("id", key()),
                ("reason", models.CharField(blank=True, db_default="", default="", max_length=500)),
                (
                    "created_at",
                    models.DateTimeField(db_default=Now(), default=django.utils.timezone.now, editable=False),
                ),
                ("settled_at", models.DateTimeField(editable=False, null=True)),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reports", to="gallery.image"
                    ),
                ),
                ("settled_by", person()),
            ],
            options={
                "db_table": "reports",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["settled_at", "id"], name="reports_open")],
            },
        ),
    ]
