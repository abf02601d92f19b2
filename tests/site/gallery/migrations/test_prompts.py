"""To prompts and the budget and back, with data, killed here and there. On SQLite, and on MariaDB with
TEST_DATABASE=mysql."""

from itertools import count

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from gallery.models import Image, Prompt
from tests.site.gallery.migrations.test_jobs import MOMENT, NEWEST, killed_at, migrate, rows

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, AFTER = "0008", "0010"
WRITTEN_BY = ["gemini-x", "offline", "person", "", "gemini-y"]


@pytest.fixture
def before():
    """The former release with a picture by each; afterwards today's schema again."""
    migrate(BEFORE)
    with connection.cursor() as cursor:
        for number, by in enumerate(WRITTEN_BY, start=1):
            cursor.execute(
                "INSERT INTO images (id, uuid, s3_key, captioned_by, uploaded_at) VALUES (%s, %s, %s, %s, %s)",
                [number * 6000, f"u-{number}", f"uploads/{number}.jpg", by, MOMENT],
            )
    yield
    migrate(NEWEST)


def test_it_works(before):
    migrate(NEWEST)
    former = Prompt.objects.get(name="Before there were prompts")
    prompts = dict(Image.objects.values_list("captioned_by", "prompt"))
    assert prompts == {"gemini-x": former.pk, "gemini-y": former.pk, "offline": None, "person": None, "": None}
    assert Prompt.objects.get(active=True).name == "Standard"
    assert former.used_at


def test_who_may_do_what(before):
    migrate(NEWEST)
    names = {group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()}
    assert {"view_prompt", "view_budget", "view_recaption"} <= names["Moderators"]
    assert not {"add_prompt", "change_prompt", "add_recaption"} & names["Moderators"]
    assert {"add_prompt", "change_prompt", "add_recaption"} <= names["Prompt editors"]


@pytest.mark.parametrize(("here", "there"), [(BEFORE, AFTER), (AFTER, BEFORE)])
def test_killed_and_run_again(before, here, there):
    migrate(here)
    # Some places are enough, as nobody changes these migrations any more.
    for number in count(1, 6 if connection.vendor == "mysql" else 9):
        killed = killed_at(number, there)
        migrate(there)
        assert rows("SELECT id, captioned_by FROM images ORDER BY id") == [
            [str(n * 6000), by] for n, by in enumerate(WRITTEN_BY, start=1)
        ]
        if not killed:
            break
        migrate(here)
    assert number > 15


def test_the_active_prompt_stays_when_it_is_run_again(before):
    migrate(NEWEST)
    Prompt.objects.filter(active=True).update(name="Ours")
    migrate("0009")
    migrate(NEWEST)
    assert list(Prompt.objects.filter(active=True).values_list("name", flat=True)) == ["Ours"]
