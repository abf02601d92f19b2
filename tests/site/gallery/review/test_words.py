import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gallery.models import Image
from gallery.review import words
from gallery.review.words import Words
from tests.site.gallery.review.rows import due, said, shown
from tests.site.gallery.rows import row

pytestmark = pytest.mark.django_db


def test_it_works():
    image = due()
    assert words.current(image) == Words("A cat.", "Cat", ("cat",), "NO CATS") == said(image)
    assert words.typed(" A \n cat.", "Cat", "Cat, TOM,, cat", "") == Words("A cat.", "Cat", ("cat", "tom"), "")
    assert words.proposal(image) is None


class Stored(TestCase):
    @given(caption=st.text(), alt_text=st.text(), tags=st.lists(st.text(), max_size=12), text=st.text())
    def test_what_is_sent_back_as_it_was_shown_is_no_edit(self, **stored):
        """Whatever stands in the columns: also of before it was cleaned."""
        there = Words(**{**stored, "tags": tuple(stored["tags"])})
        sent = words.typed(there.caption, there.alt_text, ", ".join(there.tags), there.text)
        assert words.same(sent, there)
        assert not words.same(words.typed("Another.", "x", "y", "z"), there)


def test_a_comma_within_a_tag_and_lines_in_the_text_are_no_edit():
    there = Words("A  cat.", "Cat", ("salt, pepper", "Big"), "NO\nCATS")
    assert words.same(words.typed("A  cat.", "Cat", "salt, pepper, Big", "NO\r\nCATS"), there)


@pytest.mark.parametrize("values", [{"captioned_by": "person"}, {"verdict": "accepted"}, {"verdict": "edited"}])
def test_what_a_model_wrote_since_is_a_proposal(values):
    image = due(caption="Mine.", **values)
    row(image, caption="Older."), row(image, caption="", outcome="declined"), row(image, outcome="trial")
    newest = row(image, caption="Newest.")
    row(image, caption="Tried.", outcome="trial")
    assert words.proposal(image) == newest
    Image.objects.update(review="")
    assert words.proposal(Image.objects.get()) is None


def test_a_proposal_is_of_the_newest_answer_in_the_pictures_language():
    image = due(verdict="accepted")
    beside = {"input_tokens": 0, "latency_ms": None}
    main, other = row(image, caption="New.", latency_ms=3), row(image, caption="Neu.", language="de", **beside)
    assert words.proposal(image) == main
    image.caption_language = "de"
    assert words.proposal(image) == other
    image.caption_language = "fr"
    assert words.proposal(image) == main
    image.caption_language = "en"
    german = row(image, caption="Neuer.", language="de", latency_ms=3)  # the languages of the prompt have changed
    assert words.proposal(image) == german


@pytest.mark.parametrize(
    "change",
    [
        {"caption": "A dog."},
        {"alt_text": "Dog"},
        {"text": ""},
        {"captioned_by": "gemini-y"},
        {"verdict": "accepted"},
        {"review": ""},
        {"visibility": "hidden"},
    ],
)
def test_the_digest_tells_what_has_changed(change):
    image = due()
    before = shown(image)
    assert before == shown(image)
    Image.objects.update(**change)
    assert shown(image) != before


def test_the_digest_tells_of_tags_and_proposals():
    image = due(verdict="accepted")
    digests = [shown(image)]
    image.tags.create(name="tom")
    digests.append(shown(image))
    row(image, caption="A dog.")
    digests.append(shown(image))
    assert len(set(digests)) == 3
