"""What moderators decide about who sees a picture."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from gallery.models import DUE, Image, Report, Verdict, Visibility
from processors import text


def hide(images: QuerySet[Image], person: AbstractBaseUser | AnonymousUser, reason: str) -> None:
    """Nobody but moderators sees them any more; why, who and when is kept. It is the answer to what was reported."""
    why, now = text.clean(reason, 200), timezone.now()
    reports = Report.objects.filter(image__in=list(images), settled_at=None)
    with transaction.atomic():
        images.update(visibility=Visibility.HIDDEN, hidden_reason=why, hidden_by=person.pk, hidden_at=now)
        reports.update(settled_at=now, settled_by=person.pk)  # after the picture, as `review.verdicts` has them


def show(images: QuerySet[Image]) -> None:
    """Everybody sees them, those too that waited for a moderator; not one whose file has not arrived. The caption of
    one that was hidden in a review was not judged: it waits for that again."""
    images.filter(verdict=Verdict.HIDDEN).exclude(caption="").update(review=DUE)
    images.exclude(visibility=Visibility.ARRIVING).update(
        visibility=Visibility.VISIBLE, hidden_reason="", hidden_by=None, hidden_at=None
    )
