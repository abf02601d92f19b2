"""Pictures that the search does not know yet."""

import pytest
from django.core.management import call_command

from gallery.models import Image, ImageWord
from gallery.search import backfill
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db


def test_all_get_in(monkeypatch):
    monkeypatch.setattr(backfill, "BATCH", 2)
    for number in range(1, 6):
        make(number)
    assert list(backfill.batches()) == [2, 2, 1]
    assert not backfill.missing().exists()
    assert ImageWord.objects.filter(word="picture").count() == 5


def test_for_some_time(monkeypatch):
    monkeypatch.setattr(backfill, "BATCH", 1)
    make(1), make(2)
    backfill.some(0)
    assert backfill.missing().count() == 1
    backfill.some(60)
    assert backfill.missing().count() == 0


def test_of_a_former_version_they_are_indexed_again():
    image = make(1, indexed=1)
    Image.objects.filter(pk=image.pk).update(indexed=0)
    assert list(backfill.batches()) == [1]


def test_command(capsys):
    make(1), make(2)
    call_command("index")
    assert "The search finds all pictures: 2 were indexed." in capsys.readouterr().out
