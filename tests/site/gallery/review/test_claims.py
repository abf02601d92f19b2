from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from gallery.models import Image, ReviewClaim
from gallery.review import claims
from gallery.review.choice import Choice
from tests.site.gallery.review.rows import due

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create_user("mod")


@pytest.fixture(autouse=True)
def five():
    for number in range(5):
        due(number)


def take(holder: str, person: User, count: int = 3) -> list[str]:
    return [image.original_name[0] for image in claims.take(Choice().images(), holder, person, count)]


def minutes_later(minutes: float) -> None:
    for claim in ReviewClaim.objects.all():
        ReviewClaim.objects.filter(pk=claim.pk).update(until=claim.until - timedelta(minutes=minutes))


def test_it_works(person):
    assert take("a", person) == ["0", "1", "2"]
    assert take("b", person) == ["3", "4"]
    assert take("a", person) == ["0", "1", "2"]
    assert take("c", person) == []
    assert set(ReviewClaim.objects.values_list("person", flat=True)) == {person.pk}


def test_it_ends_by_itself_unless_it_is_taken_again(person):
    take("a", person, 2)
    minutes_later(4.9)
    assert take("b", person, 1) == ["2"]
    take("a", person, 1)
    minutes_later(0.2)
    assert take("b", person, 2) == ["1", "2"]
    assert ReviewClaim.objects.count() == 3


def test_what_is_given_back_is_free_and_nobody_gives_back_anothers(person):
    take("a", person, 1)
    first = Image.objects.get(original_name="0.jpg")
    claims.give_back("b", first.pk)
    assert take("b", person, 1) == ["1"]
    claims.give_back("a", first.pk)
    assert take("b", person, 1) == ["0"]


def test_one_that_is_decided_while_it_is_claimed_is_not_given(person, monkeypatch):
    """Between the look at the queue and the claim somebody else has claimed it, decided, and given it back."""
    claimed, decided = claims._claimed, []

    def slowly(pk, *more):
        if not decided:
            decided.append(Image.objects.filter(pk=pk).update(review=""))
        return claimed(pk, *more)

    monkeypatch.setattr(claims, "_claimed", slowly)
    assert take("a", person, 2) == ["1", "2"]


def test_one_that_is_deleted_meanwhile_is_left_out(person, monkeypatch):
    claimed = claims._claimed

    def slowly(pk, *more):
        Image.objects.filter(pk=pk, original_name="0.jpg").first() and Image.objects.get(pk=pk).delete()
        return claimed(pk, *more)

    monkeypatch.setattr(claims, "_claimed", slowly)
    assert take("a", person, 2) == ["1", "2"]


def test_one_that_others_are_faster_with_again_and_again_is_left_to_them(person, monkeypatch):
    monkeypatch.setattr(claims, "_claimed", lambda *_: False)
    assert take("a", person) == []


def test_what_ended_long_ago_is_removed(person):
    take("a", person, 2)
    minutes_later(10)
    claims.tidy()
    assert ReviewClaim.objects.count() == 2
    minutes_later(60)
    ReviewClaim.objects.filter(image__original_name="0.jpg").update(until=timezone.now())
    claims.tidy()
    assert ReviewClaim.objects.count() == 1
