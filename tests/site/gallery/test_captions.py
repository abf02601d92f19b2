import pytest
from django.contrib.auth.models import User

from gallery import captions
from gallery.models import Annotation
from tests.site.gallery.review.rows import due, fresh
from tests.site.gallery.rows import job, make, row

pytestmark = pytest.mark.django_db
WORDS = {"caption": "A cat!", "alt_text": "Cat", "tags": ["cat"]}


@pytest.fixture
def person() -> User:
    return User.objects.create_user("mod")


@pytest.mark.parametrize("state", ["queued", "running", "failed", "declined", "paused", "done"])
def test_it_works(person, state):
    """What a person writes counts as looked at, settles the job, and is an edit of what was there."""
    image = due(annotation={"state": state, "error": "Away."})
    model = image.annotations.get()
    made = captions.write(image, person, **WORDS)
    now = fresh(image)
    assert (now.captioned_by, now.verdict, now.review, now.reviewed_by) == ("person", "edited", "", person)
    assert now.reviewed_at == made.created_at
    assert (made.judged, made.verdict, made.distance, made.outcome) == (model, "edited", 1, "caption")
    assert (made.text, now.text) == ("NO CATS", "NO CATS")
    assert (job(image).state, job(image).error) == ("done", "")


def test_a_form_that_has_changed_the_instance_is_an_edit_of_what_is_stored(person):
    image = due()
    image.caption = "A cat!"
    assert captions.write(image, person, **WORDS).distance == 1


def test_of_what_is_not_in_the_ledger_there_is_no_distance(person):
    made = captions.write(make(), person, **WORDS)
    assert (made.judged, made.distance, made.verdict) == (None, None, "edited")
    without = make(2, caption="", captioned_by="")
    row(without, caption="", outcome="declined")
    assert captions.write(without, person, **WORDS).judged is None


def test_a_second_edit_is_of_the_first(person):
    image = due()
    first = captions.write(image, person, **WORDS)
    second = captions.write(image, person, **WORDS | {"tags": ["cat", "tom"]})
    assert (second.judged, second.distance) == (first, 5)


def test_what_is_current():
    image = due(caption="A cafe.")
    model = image.annotations.get()
    row(image, caption="A café."), row(image, caption="A cafe.", outcome="trial")  # by MySQL the same words
    row(image, caption="A cafe.", language="de"), row(image, caption="A cafe.", model="gemini-y")
    assert captions.current_row(image) == model
    image.caption = ""
    assert captions.current_row(image) is None


def test_not_an_edit_that_was_undone(person):
    image = due()
    edit = captions.write(image, person, **WORDS)
    again = captions.write(image, person, **WORDS | {"tags": []})
    assert captions.current_row(image) == again
    Annotation.objects.create(image=image, author="person", outcome="review", verdict="undone", judged=again)
    assert captions.current_row(image) == edit


def test_distance():
    one = Annotation(caption="A cat.", alt_text="Cat", tags=["cat", "tom"], text="")
    assert captions.distance(one, "A cat.", "Cat", ["cat", "tom"], "") == 0
    assert captions.distance(one, "A bat.", "Cats", ["tom"], "X") == 1 + 1 + 5 + 1
    assert captions.distance(Annotation(tags=[]), "🐈", "", [], "") == 1


def test_a_further_language_is_no_review(person):
    image = due()
    captions.translate(image, person, language="de", caption="Eine Katze.", alt_text="Katze")
    made = Annotation.objects.get(author="person")
    assert (made.verdict, made.judged, fresh(image).review, fresh(image).verdict) == ("", None, "due", "")
