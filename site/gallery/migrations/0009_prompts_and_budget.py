"""Prompts, what a month's requests cost, captions in further languages, the words in a picture, and captions that are
written again. All of it is added: the former version goes on beside it."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from gallery.fields import AsciiField
from gallery.migrations import _repeatable as repeatable
from gallery.migrations._repeatable import key, person

OUTCOMES = [
    ("caption", "a caption"),
    ("trial", "a caption on trial"),
    ("cut off", "cut off"),
    ("unreadable", "could not be read"),
    ("declined", "declined"),
    ("refused", "refused"),
    ("unknown", "no answer"),
]


def prompt(**options: Any) -> models.ForeignKey:
    """Without a constraint: adding one copies the whole table."""
    by = django.db.models.deletion.PROTECT
    return models.ForeignKey(
        "gallery.prompt", null=True, on_delete=by, db_constraint=False, related_name="+", **options
    )


def words(**options: Any) -> models.CharField:
    return models.CharField("words in the picture", db_default="", default="", max_length=2000, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0008_reports_for_moderators"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        repeatable.CreateModel(
            name="Prompt",
            fields=[
                ("id", key()),
                ("name", models.CharField(max_length=60, unique=True)),
                ("style", models.CharField("house style", blank=True, default="", max_length=4000)),
                ("vocabulary", models.CharField("preferred tags", blank=True, default="", max_length=2000)),
                ("languages", models.CharField(blank=True, default="", max_length=90)),
                ("tell_name", models.BooleanField("tell the file's name", default=False)),
                ("tell_date", models.BooleanField("tell when it was taken", default=False)),
                ("active", models.BooleanField(editable=False, null=True, unique=True)),
                ("used_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("created_by", person(editable=False)),
            ],
            options={"db_table": "prompts", "ordering": ["-id"]},
        ),
        repeatable.CreateModel(
            name="Budget",
            fields=[
                ("id", key()),
                ("month", AsciiField(max_length=7, unique=True)),
                ("spent_usd", models.DecimalField(db_default=0, decimal_places=8, default=0, max_digits=14)),
            ],
            options={"db_table": "budgets", "default_permissions": ("view",), "verbose_name_plural": "spending"},
        ),
        repeatable.CreateModel(
            name="Recaption",
            fields=[
                ("id", key()),
                ("criteria", models.JSONField(default=dict)),
                ("pictures", models.PositiveIntegerField(default=0)),
                ("last_image", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("created_by", person()),
                ("ended_at", models.DateTimeField(null=True)),
                ("stopped", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "recaptions",
                "ordering": ["-id"],
                "default_permissions": ("add", "view"),
                "indexes": [models.Index(fields=["ended_at", "id"], name="recaptions_open")],
            },
        ),
        repeatable.CreateModel(
            name="Translation",
            fields=[
                ("id", key()),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="translations", to="gallery.image"
                    ),
                ),
                ("language", AsciiField(max_length=16)),
                ("caption", models.CharField(db_default="", default="", max_length=1000)),
                ("alt_text", models.CharField(blank=True, db_default="", default="", max_length=500)),
                ("tags", models.JSONField(default=list)),
                ("captioned_by", models.CharField(db_default="", default="", editable=False, max_length=64)),
            ],
            options={
                "db_table": "translations",
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("image", "language"), name="translations_once")],
            },
        ),
        repeatable.AddField("image", "text", words(blank=True)),
        repeatable.AddField("image", "prompt", prompt(editable=False)),
        repeatable.AddField("annotation", "text", words()),
        repeatable.AddField("annotation", "prompt", prompt(db_index=False)),
        migrations.AlterField(
            "annotation",
            "outcome",
            models.CharField(choices=OUTCOMES, db_default="caption", default="caption", max_length=16),
        ),
        repeatable.AddField("job", "prompt", prompt()),
        repeatable.AddField(
            "job",
            "recaption",
            models.ForeignKey(
                "gallery.recaption",
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="jobs",
            ),
        ),
        repeatable.AddIndex("image", models.Index(fields=["captioned_by"], name="images_captioned_by")),
        repeatable.AddIndex("image", models.Index(fields=["caption_language"], name="images_caption_language")),
        repeatable.AddIndex("job", models.Index(fields=["recaption", "state"], name="jobs_recaption")),
        repeatable.AddIndex(
            "annotation",
            models.Index(fields=["created_at", "model", "prompt", "outcome", "cost_usd"], name="annotations_spending"),
        ),
    ]
