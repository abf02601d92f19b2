"""Several moderators at the same moment, as threads. On SQLite, and on MariaDB with TEST_DATABASE=mysql."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone

from gallery.models import Annotation, Image, ReviewClaim
from gallery.review import claims, verdicts, words
from gallery.review.choice import Choice
from tests.site.gallery.review.rows import due

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = 30


@dataclass
class Room:
    """Where everybody says which picture is before them."""

    lock: Any = field(default_factory=Lock)
    before: dict[int, str] = field(default_factory=dict)
    twice: list[int] = field(default_factory=list)

    def look(self, name: str, pk: int) -> None:
        with self.lock:
            if self.before.setdefault(pk, name) != name:
                self.twice.append(pk)

    def away(self, pk: int) -> None:
        with self.lock:
            self.before.pop(pk, None)


@dataclass
class Moderator:
    room: Room
    name: str
    person: User
    dies_after: int = 10_000
    made: list[Annotation] = field(default_factory=list)

    def review(self) -> None:
        """Until nothing is left, or until the browser dies, which still has pictures before it."""
        try:
            for number in range(10_000):
                if not (image := self.next()) or number == self.dies_after:
                    return
                self.decide(image)
                if random.random() < 0.3:
                    self.undo()
        finally:
            connections.close_all()

    def next(self) -> Image | None:
        images = claims.take(Choice().images(), self.name, self.person, 3)
        for image in images:
            self.room.look(self.name, image.pk)
        return images[0] if images else None

    def decide(self, image: Image) -> None:
        digest, now = words.shown(image), words.current(image)
        said = words.typed(random.choice([now.caption, "Mine."]), now.alt_text, ", ".join(now.tags), now.text)
        self.made.append(verdicts.accept(image.pk, self.person, digest, said))
        self.room.away(image.pk)
        claims.give_back(self.name, image.pk)

    def undo(self) -> None:
        """It is claimed before it is in the queue again: else somebody else might get it at once. Who has claimed it in
        the moment in which it was decided keeps it, and gets it now."""
        row = self.made.pop()
        for image in claims.take(Image.objects.filter(pk=row.image_id), self.name, self.person, 1):
            self.room.look(self.name, image.pk)
        verdicts.undo(row.pk, self.person)


def at_once(moderators: list[Moderator]) -> list[int]:
    """How many each has decided."""
    with ThreadPoolExecutor(len(moderators)) as pool:
        list(pool.map(Moderator.review, moderators))
    return [len(each.made) for each in moderators]


@pytest.fixture
def moderators():
    room = Room()
    for number in range(PICTURES):
        due(number)
    return [Moderator(room, f"holder-{n}", User.objects.create_user(f"mod{n}")) for n in range(5)]


@pytest.mark.parametrize("count", [2, 5])
def test_no_picture_twice_and_none_left_out_undo_included(moderators, count):
    decided = at_once(moderators[:count])
    assert moderators[0].room.twice == []
    assert sum(decided) == PICTURES
    assert not Image.objects.filter(review="due").exists()
    rows = Counter(Annotation.objects.filter(author="person").values_list("image", "verdict"))
    for pk in Image.objects.values_list("pk", flat=True):
        assert rows[pk, "accepted"] + rows[pk, "edited"] - rows[pk, "undone"] == 1


def test_the_pictures_of_one_that_dies_come_back(moderators):
    one, two, *_ = moderators
    two.dies_after = 4
    two.review()
    at_once([one])
    left = set(Image.objects.filter(review="due").values_list("pk", flat=True))
    assert left == set(ReviewClaim.objects.filter(until__gt=timezone.now()).values_list("image", flat=True))
    assert len(left) == 3
    assert claims.take(Choice().images(), one.name, one.person, 3) == []
    ReviewClaim.objects.update(until=timezone.now())  # five minutes later
    for pk in left:
        one.room.away(pk)
    at_once([one])
    assert (Choice().left(), one.room.twice) == (0, [])


def test_two_who_press_the_key_twice(moderators):
    """Of the same decision about the same picture one is kept, and one undo."""
    one = moderators[0]
    image = one.next()
    digest, said = words.shown(image), words.current(image)

    def press(_: int) -> str:
        try:
            return str(verdicts.accept(image.pk, one.person, digest, said).pk)
        except verdicts.Refused:
            return ""
        finally:
            connections.close_all()

    def undo(_: int) -> str:
        try:
            return str(verdicts.undo(kept, one.person))
        except verdicts.Refused:
            return ""
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        (row,) = filter(None, pool.map(press, range(4)))
        kept = int(row)
        assert len(list(filter(None, pool.map(undo, range(4))))) == 1
