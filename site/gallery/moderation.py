"""What moderators decide about who sees a picture."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from gallery.models import Image, Report, Visibility
from processors import text


def hide(images: QuerySet[Image], person: AbstractBaseUser | AnonymousUser, reason: str) -> None:
    """Nobody but moderators sees them any more; why, who and when is kept, and what was reported of them is settled."""
    why, now = text.clean(reason, 200), timezone.now()
    Report.objects.filter(image__in=list(images), settled_at=None).update(settled_at=now, settled_by=person.pk)
    images.update(visibility=Visibility.HIDDEN, hidden_reason=why, hidden_by=person.pk, hidden_at=now)


def show(images: QuerySet[Image]) -> None:
    """Everybody sees them, those too that waited for a moderator; but not what did not arrive whole."""
    images.exclude(visibility=Visibility.ARRIVING).update(
        visibility=Visibility.VISIBLE, hidden_reason="", hidden_by=None, hidden_at=None
    )
