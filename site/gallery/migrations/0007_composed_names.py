"""Names, captions and tags become NFC: macOS sends letters and their accents apart, and what people type is not found
in that. In batches, each row by itself: may be killed and run again."""

from typing import Any
from unicodedata import normalize

from django.db import migrations

BATCH = 1000
TEXTS = {"Image": ("original_name", "caption", "alt_text"), "Annotation": ("caption", "alt_text")}


def compose(apps: Any, schema_editor: Any) -> None:
    for name, fields in TEXTS.items():
        model = apps.get_model("gallery", name)
        for pk, *values in _rows(model, fields):
            if changed := _changed(model, fields, values):
                model.objects.filter(pk=pk).update(**changed)
    tags = apps.get_model("gallery", "ImageTag")
    for pk, image, name in _rows(tags, ("image_id", "name")):
        if changed := _changed(tags, ("name",), [name]):
            _rename(tags.objects.filter(pk=pk), tags.objects.filter(image=image).exclude(pk=pk), changed["name"])


def _rows(model: Any, fields: tuple[str, ...]) -> Any:
    last = 0
    while rows := list(model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", *fields)[:BATCH]):
        yield from rows
        last = rows[-1][0]


def _changed(model: Any, fields: tuple[str, ...], values: list[str]) -> dict[str, str]:
    """A few characters become longer by it."""
    pairs = zip(fields, values, strict=True)
    composed = {
        name: (value, normalize("NFC", value)[: model._meta.get_field(name).max_length]) for name, value in pairs
    }
    return {name: after for name, (before, after) in composed.items() if after != before}


def _rename(tag: Any, others: Any, name: str) -> None:
    """A picture has each tag once."""
    if others.filter(name=name).exists():
        tag.delete()
    else:
        tag.update(name=name)


def nothing(apps: Any, schema_editor: Any) -> None:
    """Backwards they stay as they are: every version reads them."""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("gallery", "0006_people_and_limits")]
    operations = [migrations.RunPython(compose, nothing)]
