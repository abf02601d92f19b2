"""The group that moderators are in, with just the permissions that they need."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PERMISSIONS = (
    "view_image",
    "change_image",
    "run_again",
    "view_annotation",
    # Django's admin asks for these two as well before it deletes an image with what hangs on it.
    "delete_image",
    "delete_annotation",
    "delete_imagetag",
)


def add_group(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    # Permissions are made after all migrations have run; the group needs them now.
    config = apps.get_app_config("gallery")
    config.models_module = True  # type: ignore[assignment]
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Moderators")
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="gallery")
    group.permissions.set(permissions.filter(codename__in=PERMISSIONS))


def remove_group(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("auth", "Group").objects.filter(name="Moderators").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("gallery", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(add_group, remove_group)]
