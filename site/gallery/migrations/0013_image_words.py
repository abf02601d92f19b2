"""The search's index. Its words come in by the worker (`gallery.search.backfill`), while the site goes on."""

import django.db.models.deletion
from django.db import migrations, models

from gallery.fields import WordField
from gallery.migrations import _repeatable as repeatable


class Migration(migrations.Migration):
    dependencies = [("gallery", "0012_captions_to_review")]
    operations = [
        repeatable.CreateModel(
            name="ImageWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "word", "uploaded_at", "image_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("word", WordField(max_length=40)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "image",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="gallery.image",
                    ),
                ),
            ],
            options={"db_table": "image_words", "default_permissions": ()},
        ),
        repeatable.CreateModel(
            name="SearchWord",
            fields=[
                ("word", WordField(max_length=40, primary_key=True, serialize=False)),
                ("pictures", models.IntegerField(db_default=0, default=0)),
            ],
            options={"db_table": "words", "default_permissions": ()},
        ),
        repeatable.AddField(
            "image", "indexed", models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)
        ),
        repeatable.AddIndex("image", models.Index(fields=["indexed", "id"], name="images_indexed")),
    ]
