"""The ten columns whose content `jobs` has now."""

from django.db import migrations

from gallery.migrations import _repeatable as repeatable

COLUMNS = ("state", "attempts", "started_at", "finished_at", "error")


class Migration(migrations.Migration):
    dependencies = [("gallery", "0004_copy_jobs")]
    operations = [
        repeatable.RemoveField("image", f"{kind}_{column}")
        for kind in ("thumbnail", "annotation")
        for column in COLUMNS
    ]
