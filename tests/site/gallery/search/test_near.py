"""What may have been meant."""

import pytest

from gallery.models import Image
from gallery.search import near
from tests.site.gallery.rows import index, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def mountains():
    for number in range(1, 4):
        make(number, caption="A mountain and a monument", original_name="x.jpg")
    make(4, caption="More", original_name="x.jpg").tags.create(name="mountain")
    index()


def test_a_near_word_is_proposed(mountains):
    assert near.instead("mountian") == "mountain"
    assert near.instead("a Montain") == "a mountain"
    assert near.instead("mountain") == ""
    assert near.instead("xyzzy") == ""


def test_words_go_on_as_most_pictures_have_them(mountains):
    assert near.suggestions("a moun") == ["a tag:mountain", "a mountain"]
    assert near.suggestions("mon") == ["monument"]
    assert near.suggestions("mo") == near.suggestions("") == near.suggestions("🐈🐈🐈") == []


def test_words_of_hidden_pictures_are_proposed_to_nobody(mountains):
    Image.objects.filter(caption="More").update(caption="Moriarty", visibility="hidden")
    Image.objects.exclude(caption="Moriarty").update(visibility="waiting")
    index()
    assert near.suggestions("mor") == near.suggestions("moun") == []
    assert near.instead("moriatry") == near.instead("mountian") == ""


def test_that_a_hidden_picture_has_a_word_or_a_tag_changes_nothing(mountains):
    """Else who asks for words one after the other learns what is said of it."""
    make(5, caption="A mountian", original_name="x.jpg", visibility="hidden").tags.create(name="monument")
    index()
    assert near.instead("mountian") == near.instead("mountian lake")[:8] == "mountain"
    assert near.suggestions("mon") == ["monument"]
