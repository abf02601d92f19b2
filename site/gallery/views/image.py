"""/images/<uuid> : one picture, and the fragment that its page asks for while it is in progress."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from gallery import languages, presentation, storage
from gallery.models import Image, Visibility
from gallery.uploaders import uploaded
from processors import records


def visible(request: HttpRequest, uuid: UUID | str) -> Image:
    """The image, or 404. A hidden one, or half of one, is there for moderators only; one that waits for a moderator
    also for who uploaded it."""
    image = get_object_or_404(Image, uuid=str(uuid))
    own = image.visibility == Visibility.WAITING and uploaded(request, image)
    if image.visibility != Visibility.VISIBLE and not own and not is_moderator(request):
        raise Http404
    return image


def is_moderator(request: HttpRequest) -> bool:
    return bool(request.user.is_staff and request.user.has_perm("gallery.view_image"))


def may_edit(request: HttpRequest) -> bool:
    return bool(request.user.is_staff and request.user.has_perm("gallery.change_image"))


def may_have_original(request: HttpRequest, image: Image) -> bool:
    """It holds what the camera wrote, the place too: it is for moderators and for who uploaded it, unless a setting
    says everybody."""
    return settings.ORIGINALS_FOR_EVERYBODY or is_moderator(request) or uploaded(request, image)


@require_safe
@vary_on_headers("Accept-Language")
def image(request: HttpRequest, uuid: UUID) -> HttpResponse:
    picture = visible(request, uuid)
    return render(request, "image.html", _details(request, picture))


@require_safe
@vary_on_headers("Accept-Language")
def details(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return render(request, "_details.html", _details(request, visible(request, uuid)))


def _details(request: HttpRequest, picture: Image) -> dict[str, object]:
    said, asked = presentation.said(picture), _asked(request)
    shown = _shown(said, asked, request.headers.get("Accept-Language", ""))
    row = presentation.row_of(picture)._replace(
        caption=shown.caption,
        alt_text=shown.alt_text,
        caption_language=shown.language,
        captioned_by=shown.captioned_by,
    )
    return {
        "image": picture,
        "card": row,
        "said": said,
        "shown": shown,
        "lang": asked,
        "preview_url": storage.url(picture.preview_key),
        "tags": [tag.name for tag in picture.tags.all()],
        "jobs": picture.jobs.filter(kind__in=records.KINDS).order_by("id"),
        "history": presentation.other_captions(picture),
        "in_progress": row.in_progress,
        "editable": may_edit(request),
        "theirs": uploaded(request, picture),
        "original": may_have_original(request, picture),
        "nav": "",
    }


def _asked(request: HttpRequest) -> str:
    """The language of the link that the visitor chose; "" without one."""
    asked = request.GET.get("lang", "")
    return languages.normal(asked) if languages.is_code(asked) else ""


def _shown(said: list[presentation.Said], asked: str, accept: str) -> presentation.Said:
    """In the language that was asked for; else in the one that the browser asks for, as far as it is there."""
    found = {languages.normal(each.language): each for each in said}
    return found.get(asked) or found[languages.best(accept, list(found))]
