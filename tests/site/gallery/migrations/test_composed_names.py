"""Rows of before are found by what people type. On SQLite, and on MariaDB with TEST_DATABASE=mysql."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from gallery.models import Annotation, ImageTag
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db
migration = import_module("gallery.migrations.0007_composed_names")
APART, COMPOSED = "cafe\u0301", "caf\u00e9"


def test_it_works(monkeypatch):
    monkeypatch.setattr(migration, "BATCH", 2)
    images = [make(n, original_name=f"{APART} {n}", caption=APART, alt_text=APART) for n in range(5)]
    Annotation.objects.create(image=images[0], author="model", caption=APART, alt_text=APART, tags=[])
    ImageTag.objects.create(image=images[0], name=APART)
    for _ in range(2):  # it may run again
        migration.compose(apps, SimpleNamespace(connection=connection))
        for image in images:
            image.refresh_from_db()
        assert [image.original_name for image in images] == [f"{COMPOSED} {n}" for n in range(5)]
        assert {(image.caption, image.alt_text) for image in images} == {(COMPOSED, COMPOSED)}
        assert list(Annotation.objects.values_list("caption", "alt_text")) == [(COMPOSED, COMPOSED)]
        assert [tag.name for tag in ImageTag.objects.all()] == [COMPOSED]


def test_a_tag_that_is_there_in_both_forms_stays_once():
    image = make()
    names = [ImageTag(image=image, name=name) for name in (COMPOSED, APART, "other")]
    ImageTag.objects.bulk_create(names, ignore_conflicts=True)  # for MySQL both are the same
    migration.compose(apps, None)
    assert sorted(tag.name for tag in image.tags.all()) == [COMPOSED, "other"]


def test_what_becomes_longer_still_fits():
    image = make(original_name="\u0958" * 255)  # has no composed form
    migration.compose(apps, None)
    image.refresh_from_db()
    assert image.original_name == "\u0915\u093c" * 127 + "\u0915"
