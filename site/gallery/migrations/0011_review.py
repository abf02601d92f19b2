"""The review: who looked at which caption and what they thought of it, who looks at what right now, and samples. All of
it is added: the former version goes on beside it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from gallery.fields import AsciiField
from gallery.migrations import _repeatable as repeatable
from gallery.migrations._repeatable import key, person

VERDICTS = [
    ("accepted", "accepted"),
    ("edited", "edited"),
    ("rewritten", "sent back to the model"),
    ("hidden", "hidden"),
    ("kept", "the caption before was kept"),
    ("undone", "undone"),
]
OUTCOMES = [
    ("caption", "a caption"),
    ("trial", "a caption on trial"),
    ("cut off", "cut off"),
    ("unreadable", "could not be read"),
    ("declined", "declined"),
    ("refused", "refused"),
    ("unknown", "no answer"),
    ("review", "a review"),
]


def verdict() -> models.CharField:
    return models.CharField(choices=VERDICTS, db_default="", default="", editable=False, max_length=16)


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0010_first_prompts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        repeatable.CreateModel(
            name="ReviewClaim",
            fields=[
                ("id", key()),
                (
                    "image",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="review_claim", to="gallery.image"
                    ),
                ),
                ("holder", AsciiField(max_length=32)),
                ("person", person()),
                ("until", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "review_claims", "default_permissions": ()},
        ),
        repeatable.CreateModel(
            name="ReviewSample",
            fields=[
                ("id", key()),
                ("choice", models.CharField(blank=True, default="", max_length=500)),
                ("images", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("created_by", person()),
            ],
            options={"db_table": "review_samples", "ordering": ["-id"], "default_permissions": ()},
        ),
        migrations.AlterModelOptions(
            "image",
            options={
                "verbose_name": "picture",
                "ordering": ["-uploaded_at", "-id"],
                "permissions": [("run_again", "Can run the thumbnail and the annotation again")],
            },
        ),
        repeatable.AddField("image", "review", AsciiField(db_default="", default="", editable=False, max_length=8)),
        repeatable.AddField("image", "verdict", verdict()),
        repeatable.AddField("image", "reviewed_at", models.DateTimeField(editable=False, null=True)),
        # Without constraints: adding one copies the whole table.
        repeatable.AddField("image", "reviewed_by", person(db_constraint=False, db_index=False, editable=False)),
        repeatable.AddField(
            "annotation",
            "judged",
            models.ForeignKey(
                "gallery.annotation",
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reviews",
            ),
        ),
        repeatable.AddField("annotation", "verdict", verdict()),
        repeatable.AddField("annotation", "before", models.JSONField(editable=False, null=True)),
        repeatable.AddField("annotation", "distance", models.PositiveIntegerField(editable=False, null=True)),
        migrations.AlterField(
            "annotation",
            "outcome",
            models.CharField(choices=OUTCOMES, db_default="caption", default="caption", max_length=16),
        ),
        repeatable.AddIndex(
            "annotation", models.Index(fields=["verdict", "created_at", "judged"], name="annotations_verdict")
        ),
        repeatable.AddIndex("image", models.Index(fields=["review", "uploaded_at", "id"], name="images_review")),
        repeatable.AddIndex(
            "image", models.Index(fields=["captioned_by", "review", "uploaded_at"], name="images_review_model")
        ),
        repeatable.AddIndex(
            "image", models.Index(fields=["prompt", "review", "uploaded_at"], name="images_review_prompt")
        ),
        repeatable.AddIndex("image", models.Index(fields=["verdict", "uploaded_at", "id"], name="images_verdict")),
    ]
