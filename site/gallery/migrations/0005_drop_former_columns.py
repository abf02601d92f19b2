"""The ten columns whose content `jobs` has now."""

from typing import Any

from django.db import migrations

from gallery.migrations._repeatable import has_column

FORMER = [
    f"{kind}_{column}"
    for kind in ("thumbnail", "annotation")
    for column in ("state", "attempts", "started_at", "finished_at", "error")
]


def drop(apps: Any, schema_editor: Any) -> None:
    """On MySQL at once, with the table made anew: it is faster, and MariaDB's instant way counts dropped columns into
    the size of a row, which is too large then."""
    image = apps.get_model("gallery", "Image")
    there = [name for name in FORMER if has_column(schema_editor, image, name)]
    if there and schema_editor.connection.vendor == "mysql":
        drops = ", ".join(f"DROP COLUMN {schema_editor.quote_name(name)}" for name in there)
        schema_editor.execute(f"ALTER TABLE images {drops}, FORCE")
    elif there:
        for name in there:
            schema_editor.remove_field(image, image._meta.get_field(name))


def add(apps: Any, schema_editor: Any) -> None:
    image = apps.get_model("gallery", "Image")
    for name in FORMER:
        if not has_column(schema_editor, image, name):
            schema_editor.add_field(image, image._meta.get_field(name))


class Migration(migrations.Migration):
    dependencies = [("gallery", "0004_copy_jobs")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, add)],
            state_operations=[migrations.RemoveField("image", name) for name in FORMER],
        )
    ]
