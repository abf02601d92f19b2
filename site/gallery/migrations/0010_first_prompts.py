"""The prompt that is active until somebody writes another; one for the captions that are there, so that a recaption
finds them; and who may do what with prompts."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.utils import timezone

BATCH = 10_000
ACTIVE, FORMER = "Standard", "Before there were prompts"
GROUPS = {
    "Moderators": ("view_prompt", "view_budget", "view_recaption", "delete_translation"),
    "Prompt editors": ("view_prompt", "add_prompt", "change_prompt", "view_budget", "view_recaption", "add_recaption"),
}


def add_prompts(apps: Any, schema_editor: Any) -> None:
    prompts, now = apps.get_model("gallery", "Prompt").objects, timezone.now()
    former, _ = prompts.get_or_create(name=FORMER, defaults={"used_at": now})
    _assign(apps.get_model("gallery", "Image"), former)
    if not prompts.filter(active=True).exists():
        prompts.update_or_create(name=ACTIVE, defaults={"active": True, "used_at": now})


def _assign(images: Any, former: Any) -> None:
    """To what a model wrote, by ranges of ids: each is a transaction by itself, and may be repeated."""
    newest = images.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for first in range(0, newest + 1, BATCH):
        written = images.objects.filter(pk__gte=first, pk__lt=first + BATCH, prompt=None)
        written.exclude(captioned_by__in=["", "offline", "person"]).update(prompt=former)


def add_permissions(apps: Any, schema_editor: Any) -> None:
    config = apps.get_app_config("gallery")
    config.models_module = True  # permissions are made after all migrations; the groups need them now
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="gallery")
    for name, codenames in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


def nothing(apps: Any, schema_editor: Any) -> None:
    """Backwards the tables go, and the permissions say nothing."""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("gallery", "0009_prompts_and_budget")]
    operations = [migrations.RunPython(add_prompts, nothing), migrations.RunPython(add_permissions, nothing)]
