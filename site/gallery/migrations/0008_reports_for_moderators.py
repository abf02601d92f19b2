"""The group Moderators may see reports and settle them."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

PERMISSIONS = ("view_report", "change_report", "delete_report")  # the last: with a picture that is deleted


def add(apps: Any, schema_editor: Any) -> None:
    config = apps.get_app_config("gallery")
    config.models_module = True  # permissions are made after all migrations; the group needs them now
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Moderators")
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="gallery")
    group.permissions.add(*permissions.filter(codename__in=PERMISSIONS))


def nothing(apps: Any, schema_editor: Any) -> None:
    """Backwards the table goes, and its permissions say nothing."""


class Migration(migrations.Migration):
    dependencies = [("gallery", "0007_composed_names")]
    operations = [migrations.RunPython(add, nothing)]
