"""What moderators decide about who sees a picture."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from gallery.models import Image, Visibility
from processors import text


def hide(images: QuerySet[Image], person: AbstractBaseUser | AnonymousUser, reason: str) -> None:
    """Nobody but moderators sees them any more; why, who and when is kept."""
    why = text.clean(reason, 200)
    images.update(visibility=Visibility.HIDDEN, hidden_reason=why, hidden_by=person.pk, hidden_at=timezone.now())


def show(images: QuerySet[Image]) -> None:
    """Everybody sees them, those too that waited for a moderator."""
    images.update(visibility=Visibility.VISIBLE, hidden_reason="", hidden_by=None, hidden_at=None)
