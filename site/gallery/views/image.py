"""/images/<uuid> : one picture, and the fragment that its page asks for while it is in progress."""

from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from gallery import presentation, storage
from gallery.models import Image, Visibility
from processors.store import ObjectMissing


def visible(request: HttpRequest, uuid: UUID | str) -> Image:
    """The image, or 404. A hidden one, or half of one, is there for moderators only."""
    image = get_object_or_404(Image, uuid=str(uuid))
    moderator = request.user.is_staff and request.user.has_perm("gallery.view_image")
    if image.visibility != Visibility.VISIBLE and not moderator:
        raise Http404
    return image


@require_safe
def image(request: HttpRequest, uuid: UUID) -> HttpResponse:
    picture = visible(request, uuid)
    return render(request, "image.html", _details(picture))


@require_safe
def details(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return render(request, "_details.html", _details(visible(request, uuid)))


@require_safe
def original(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The uploaded file itself, to be saved and never shown: it may hold anything its sender put in."""
    picture = visible(request, uuid)
    if settings.ON_AWS:
        return redirect(storage.download_url(picture))
    try:
        file = storage.Pictures().get(picture.object_key)
    except ObjectMissing:
        raise Http404("The original of this picture is missing from the storage.") from None
    return FileResponse(file, as_attachment=True, filename=picture.original_name, content_type=picture.content_type)


def _details(picture: Image) -> dict[str, object]:
    row = presentation.row_of(picture)
    return {
        "image": picture,
        "card": row,
        "preview_url": storage.url(picture.preview_key),
        "tags": [tag.name for tag in picture.tags.all()],
        "jobs": picture.jobs.order_by("id"),
        "history": presentation.other_captions(picture),
        "in_progress": row.in_progress,
        "nav": "",
    }
