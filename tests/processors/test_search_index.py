"""The search's index, by the SQL that the functions use."""

import pytest
from django.db import connection

from gallery.models import Image, ImageWord, SearchWord
from processors import records, search_index
from tests.site.gallery.rows import index, make

pytestmark = pytest.mark.django_db


def words(image):
    return set(ImageWord.objects.filter(image=image).values_list("word", flat=True))


def test_everything_that_is_said_is_in_it():
    image = make(1, caption="A lake", alt_text="Lake at dawn", text="KEEP OUT", original_name="see.jpg")
    image.tags.create(name="still water")
    image.translations.create(language="de", caption="Ein See", alt_text="Dämmerung", tags=["wasser"])
    search_index.refresh(connection, image.pk)
    said = "a lake at dawn keep out see jpg still water ein dammerung wasser"
    assert words(image) == set(said.split())
    assert Image.objects.get().indexed == search_index.VERSION


def counts():
    return dict(SearchWord.objects.exclude(word="").values_list("word", "pictures"))


def test_words_are_counted():
    image = make(1, caption="A lake", original_name="")
    make(2, caption="A sea", original_name="")
    index()
    assert counts() == {"a": 2, "lake": 1, "sea": 1}
    Image.objects.filter(pk=image.pk).update(caption="The sea")
    search_index.refresh(connection, image.pk)
    assert counts() == {"a": 1, "lake": 0, "sea": 2, "the": 1}


def test_what_is_not_said_any_more_goes():
    image, other = make(1, caption="A lake"), make(2, caption="A lake")
    index()
    Image.objects.filter(pk=image.pk).update(caption="The sea")
    search_index.refresh(connection, image.pk)
    assert words(image) == {"the", "sea", "1", "jpg"}
    assert words(other) == {"a", "lake", "2", "jpg"}


def test_a_picture_that_is_to_be_deleted_is_counted_down():
    image, other = make(1, caption="Nora at a lake", original_name=""), make(2, caption="A lake", original_name="")
    index()
    assert search_index.forget(connection, image.pk) == {"nora", "at", "a", "lake"}
    assert (words(image), words(other)) == (set(), {"a", "lake"})
    assert counts() == {"nora": 0, "at": 0, "a": 1, "lake": 1}


def test_the_time_is_the_pictures_own():
    image = make(1)
    index()
    assert set(ImageWord.objects.values_list("uploaded_at", flat=True)) == {image.uploaded_at}


def test_a_picture_that_is_gone_has_no_words():
    image = make(1)
    index()
    image.delete()
    search_index.refresh(connection, 1)
    assert ImageWord.objects.count() == 0


def test_what_was_put_into_the_bucket_is_found_by_its_name():
    records.register(connection, key="uploads/Sea view.jpg", uuid="1-2", original_name="Sea view.jpg", byte_size=1)
    records.register(connection, key="uploads/Sea view.jpg", uuid="1-2", original_name="Sea view.jpg", byte_size=1)
    assert words(Image.objects.get()) == {"sea", "view", "jpg"}
