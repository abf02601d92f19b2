"""To the review and back, with data, killed at any statement. On SQLite, and on MariaDB with TEST_DATABASE=mysql."""

from importlib import import_module
from itertools import count

import pytest
from django.apps import apps
from django.db import connection

from gallery.models import Annotation, Image
from tests.site.gallery.migrations.test_jobs import MOMENT, NEWEST, killed_at, migrate, rows
from tests.site.gallery.rows import make

BEFORE = "0010"
WRITTEN_BY = {"gemini-x": "due", "offline": "due", "person": "", "": ""}
migration = import_module("gallery.migrations.0012_captions_to_review")


@pytest.fixture
def before():
    """The former release with a picture by each; afterwards today's schema again."""
    migrate(BEFORE)
    with connection.cursor() as cursor:
        for number, by in enumerate(WRITTEN_BY, start=1):
            cursor.execute(
                "INSERT INTO images (id, uuid, s3_key, captioned_by, caption, uploaded_at)"
                " VALUES (%s, %s, %s, %s, 'A cat.', %s)",
                [number * 6000, f"u-{number}", f"uploads/{number}.jpg", by, MOMENT],
            )
        cursor.execute(
            "INSERT INTO annotations (image_id, author, caption, tags, created_at)"
            " VALUES (6000, 'model', 'A cat.', '[]', %s)",
            [MOMENT],
        )
    yield
    migrate(NEWEST)
    make_anew()


def make_anew() -> None:
    """MariaDB keeps room in each row for columns that were dropped, until nothing more fits."""
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            for table in ("images", "annotations"):
                cursor.execute(f"ALTER TABLE {table} FORCE")


def there() -> list[list[str]]:
    return rows("SELECT id, captioned_by, caption FROM images ORDER BY id")


@pytest.mark.django_db(transaction=True)
def test_it_works(before):
    migrate(NEWEST)
    assert dict(Image.objects.values_list("captioned_by", "review")) == WRITTEN_BY
    assert set(Image.objects.values_list("verdict", "reviewed_at", "reviewed_by")) == {("", None, None)}
    assert list(Annotation.objects.values_list("verdict", "judged", "before", "distance")) == [("", None, None, None)]


@pytest.mark.django_db(transaction=True)
def test_the_former_version_goes_on_beside_it(before):
    """What it inserts names none of the new columns."""
    migrate(NEWEST)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO images (uuid, s3_key, original_name, byte_size, uploaded_at) VALUES ('x', 'y', 'z', 1, %s)",
            [MOMENT],
        )
        cursor.execute("INSERT INTO annotations (author, tags, created_at) VALUES ('model', '[]', %s)", [MOMENT])
    new = Image.objects.get(uuid="x")
    assert (new.review, new.verdict, new.reviewed_at) == ("", "", None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("back", [False, True])
def test_killed_at_any_statement_and_run_again(before, back):
    former = there()
    here, goal = (NEWEST, BEFORE) if back else (BEFORE, NEWEST)
    migrate(here)
    # On SQLite what is killed within a migration is rolled back as a whole: two places are enough.
    for number in count(1, (3 if back else 1) if connection.vendor == "mysql" else 40):
        killed = killed_at(number, goal)
        migrate(goal)
        assert there() == former
        if not back:
            assert dict(rows("SELECT captioned_by, review FROM images")) == WRITTEN_BY
        if not killed:
            break
        migrate(here)
        make_anew()
    assert number > 12


@pytest.mark.django_db
def test_what_was_reviewed_meanwhile_is_left_alone_and_it_may_run_again(monkeypatch):
    monkeypatch.setattr(migration, "BATCH", 2)
    for number in range(5):
        make(number)
    make(5, verdict="accepted"), make(6, captioned_by="person"), make(7, caption="", captioned_by="")
    for _ in range(2):
        migration.due(apps, None)
        assert set(Image.objects.filter(review="due").values_list("original_name", flat=True)) == {
            f"{number}.jpg" for number in range(5)
        }
