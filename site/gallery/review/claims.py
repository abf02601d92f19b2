"""Who has which picture before them, so that two moderators never get the same one. A claim ends by itself: a browser
that dies gives its pictures back."""

from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gallery.models import Image, ReviewClaim

LASTS = timedelta(minutes=5)
KEPT = timedelta(hours=1)  # after its end, until it is removed
ROUNDS = 20  # looks at a queue that others take from at the same moment


def take(images: QuerySet[Image], holder: str, person: AbstractBaseUser | AnonymousUser, count: int) -> list[Image]:
    """The first `count` of `images` that nobody else has; they are this holder's for the next five minutes. Fewer where
    there are no more. `holder`: as `ReviewClaim.holder`."""
    mine: set[int] = set()
    queue = free(images, holder)
    for _ in range(ROUNDS):
        new = set(queue.prefetch_related(None).values_list("pk", flat=True)[:count]) - mine
        mine |= {pk for pk in new if _claimed(pk, holder, person)}
        found = list(queue[:count]) if new <= mine else []
        # What was claimed is looked at again: somebody may have decided it just before.
        if new <= mine and {image.pk for image in found} <= mine:
            return found
    return [image for image in queue[:count] if image.pk in mine]


def free(images: QuerySet[Image], holder: str) -> QuerySet[Image]:
    """Those of them that nobody else has."""
    others = ReviewClaim.objects.filter(image=OuterRef("pk"), until__gt=timezone.now()).exclude(holder=holder)
    return images.exclude(Exists(others))


def give_back(holder: str, image_id: int) -> None:
    """This one was decided, or skipped. Its row stays for a while: of several who add a row that somebody else has just
    deleted, MySQL ends some (MySQL manual, "Locks Set by Different SQL Statements in InnoDB")."""
    ReviewClaim.objects.filter(image=image_id, holder=holder).update(until=timezone.now())


def tidy() -> None:
    """Remove what ended long ago: nobody is about to take it over in this moment, and waits for this."""
    ReviewClaim.objects.filter(until__lt=timezone.now() - KEPT).delete()


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
