"""Deleting pictures, and what happens to them at the same moment."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gallery import removal
from gallery.models import Annotation, Image, RemovedPicture, SearchWord, Visibility
from gallery.work.resources import resources
from processors import thumbnail
from processors.events import Upload
from tests import pictures
from tests.site.gallery.rows import index, make

pytestmark = pytest.mark.django_db


def stored(image):
    return [key for key in image.object_keys if default_storage.exists(key)]


@pytest.fixture
def whole():
    """Makes a picture whose objects are there."""

    def make_whole(number=1, **values):
        image = make(number, **values)
        for key in image.object_keys:
            default_storage.save(key, ContentFile(b"x"))
        return image

    return make_whole


def test_it_works(whole):
    image, other = whole(1), whole(2)
    assert removal.remove([image]) == []
    assert (stored(image), list(Image.objects.all())) == ([], [other])
    assert len(stored(other)) == 3


def test_nothing_stays_of_what_a_job_makes_meanwhile(monkeypatch):
    """It has the original already, and is done between the objects' end and the row's."""
    image, forget = make(thumbnail="queued"), removal._forget

    def job_comes_first(image):
        default_storage.save(image.object_key, ContentFile(pictures.jpeg()))
        assert thumbnail.process(Upload("", image.object_key), resources()) == "done"
        assert len(stored(image)) == 3
        forget(image)

    monkeypatch.setattr(removal, "_forget", job_comes_first)
    assert removal.remove([image]) == []
    assert stored(image) == []


def test_what_could_not_be_deleted_stays(whole, monkeypatch):
    """The others go all the same, and this one at the next try."""
    stubborn, other = whole(1), whole(2)
    delete = default_storage.delete

    def fail(key):
        if key == stubborn.preview_key:
            raise OSError
        delete(key)

    with monkeypatch.context() as patch:
        patch.setattr(default_storage, "delete", fail)
        assert removal.remove([stubborn, other]) == [stubborn]
    assert list(Image.objects.all()) == [stubborn]
    assert removal.remove([stubborn]) == []
    assert stored(stubborn) == []


def test_the_ledger_keeps_what_it_cost(whole):
    words = {"caption": "A cat.", "alt_text": "Cat", "tags": ["cat"], "text": "Beware of the cat"}
    before = {"caption": "A cat.", "tags": ["cat"]}
    Annotation.objects.create(image=whole(), author="model", model="gemini-x", cost_usd=1, before=before, **words)
    removal.remove(Image.objects.all())
    row = Annotation.objects.get()
    assert row.before is None
    assert (row.image, row.caption, row.alt_text, row.tags, row.text) == (None, "", "", [], "")
    assert (row.model, row.cost_usd) == ("gemini-x", 1)


def test_the_search_keeps_none_of_its_words(whole):
    whole(1, caption="Nora at the lake")
    whole(2, caption="A lake", visibility="arriving")
    index()
    removal.remove([Image.objects.get(visibility="visible")])
    assert set(SearchWord.objects.exclude(word="").values_list("word", flat=True)) == {"a", "lake", "2", "jpg"}
    removal.remove_arriving(Image.objects.get())
    assert not SearchWord.objects.exclude(word="").exists()


def test_of_a_hidden_picture_the_hashes_stay(whole):
    for number, visibility in enumerate(Visibility.values):
        whole(number, visibility=visibility, sha256=visibility, perceptual_hash="0123456789abcdef")
    whole(9, visibility="hidden")  # put into the bucket directly: nobody knows its bytes
    removal.remove(Image.objects.all())
    kept = RemovedPicture.objects.values_list("sha256", "perceptual_hash")
    assert list(kept) == [("hidden", "0123456789abcdef")]


def test_an_upload_that_failed(whole):
    image = whole(visibility="arriving")
    removal.remove_arriving(image)
    assert (stored(image), Image.objects.exists()) == ([], False)


def test_an_upload_that_somebody_else_has_made_whole_meanwhile(whole):
    image = whole(visibility="arriving")
    Image.objects.update(visibility="visible")
    removal.remove_arriving(image)
    assert (len(stored(image)), Image.objects.exists()) == (3, True)
