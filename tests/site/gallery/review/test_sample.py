from collections import Counter

import pytest
from django.contrib.auth.models import User

from gallery.models import Image, ReviewSample
from gallery.review import sample
from gallery.review.choice import Choice
from tests.site.gallery.review.rows import due
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create_user("mod")


def test_it_works(person):
    for number in range(6):
        due(number, captioned_by="gemini-x" if number else "offline")
    chosen = sample.draw(Choice(model="gemini-x"), 3, person)
    kept = ReviewSample.objects.get()
    assert (chosen, kept.choice, kept.created_by) == (Choice(sample=kept.pk), "model=gemini-x", person)
    assert len(set(kept.images)) == 3
    assert [image.pk for image in chosen.images()] == kept.images
    assert not set(kept.images) & set(Image.objects.filter(captioned_by="offline").values_list("pk", flat=True))


def test_it_stays_while_new_ones_come_and_what_was_reviewed_leaves_it(person):
    for number in range(4):
        due(number)
    chosen = sample.draw(Choice(), 4, person)
    due(5)
    Image.objects.filter(original_name="0.jpg").update(review="")
    assert [image.original_name for image in chosen.images()] == ["1.jpg", "2.jpg", "3.jpg"]
    assert chosen.words == f"the 4 of sample {chosen.sample}"


@pytest.mark.parametrize(("size", "drawn"), [(0, 1), (-3, 1), (2, 2), (99, 3)])
def test_size(person, size, drawn, monkeypatch):
    monkeypatch.setattr(sample, "MOST", 3)
    for number in range(4):
        make(number, annotation="failed")
    chosen = sample.draw(Choice(state="failed"), size, person)
    assert (chosen.state, chosen.images().count()) == ("failed", drawn)


def test_of_nothing_is_nothing(person):
    assert list(sample.draw(Choice(), 5, person).images()) == []


def test_each_has_the_same_chance():
    """By chi-squared: with nine degrees of freedom one in 100,000 is above 39."""
    drawn = Counter(pk for _ in range(3000) for pk in sample._reservoir(range(10), 3))
    expected = 3000 * 3 / 10
    assert sum((drawn[pk] - expected) ** 2 / expected for pk in range(10)) < 39
