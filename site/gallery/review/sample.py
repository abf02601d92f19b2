"""A random sample of what a review is of, kept so that its address can be shared and its size does not change."""

import random
from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from gallery.models import ReviewSample
from gallery.review.choice import Choice

MOST = 1000


def draw(choice: Choice, size: int, person: AbstractBaseUser | AnonymousUser) -> Choice:
    """Draw up to `size` pictures (at most MOST), each with the same chance, and return the choice of these."""
    size = max(1, min(size, MOST))
    ids = choice.images().order_by().values_list("pk", flat=True)
    drawn = _reservoir(ids.iterator(chunk_size=10_000), size)
    sample = ReviewSample.objects.create(choice=choice.encoded[:500], images=sorted(drawn), created_by_id=person.pk)
    return Choice(state=choice.state, sample=sample.pk)


def _reservoir(ids: Iterable[int], size: int) -> list[int]:
    """In one pass and constant memory (J. S. Vitter, "Random sampling with a reservoir", algorithm R)."""
    chosen: list[int] = []
    for seen, pk in enumerate(ids):
        if seen < size:
            chosen.append(pk)
        elif (place := random.randrange(seen + 1)) < size:  # noqa: S311
            chosen[place] = pk
    return chosen
