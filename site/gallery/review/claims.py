"""Who has which picture before them, so that two moderators never get the same one. A claim ends by itself: a browser
that dies gives its pictures back."""

from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gallery.models import Image, ReviewClaim

LASTS = timedelta(minutes=5)
ROUNDS = 20  # looks at a queue that others take from at the same moment


def take(images: QuerySet[Image], holder: str, person: AbstractBaseUser | AnonymousUser, count: int) -> list[Image]:
    """The first `count` of `images` that nobody else has; they are this holder's for the next five minutes. Fewer where
    there are no more. `holder`: as `ReviewClaim.holder`."""
    mine: dict[int, Image] = {}
    for _ in range(ROUNDS):
        found = list(free(images, holder)[:count])
        mine = {image.pk: image for image in found if _claimed(image.pk, holder, person)}
        if len(mine) == len(found):
            break
    return list(mine.values())


def free(images: QuerySet[Image], holder: str) -> QuerySet[Image]:
    """Those of them that nobody else has."""
    others = ReviewClaim.objects.filter(image=OuterRef("pk"), until__gt=timezone.now()).exclude(holder=holder)
    return images.exclude(Exists(others))


def give_back(holder: str, image_id: int) -> None:
    """This one was decided, or skipped."""
    ReviewClaim.objects.filter(image=image_id, holder=holder).delete()


def tidy() -> None:
    """Remove what has ended."""
    ReviewClaim.objects.filter(until__lt=timezone.now()).delete()


def _claimed(image_id: int, holder: str, person: AbstractBaseUser | AnonymousUser) -> bool:
    """The unique column decides who was first."""
    now = timezone.now()
    fresh = {"holder": holder, "person_id": person.pk, "until": now + LASTS}
    this = ReviewClaim.objects.filter(image=image_id)
    if this.filter(Q(holder=holder) | Q(until__lte=now)).update(**fresh):
        return True
    if Image.objects.filter(pk=image_id).exists():
        ReviewClaim.objects.bulk_create([ReviewClaim(image_id=image_id, **fresh)], ignore_conflicts=True)
    return this.filter(holder=holder).exists()
