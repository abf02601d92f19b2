"""/images/<uuid>/original : the uploaded file itself, for whoever may have it."""

from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gallery import storage
from gallery.models import Image
from gallery.views.image import may_have_original, visible
from processors.images.check import CONTENT_TYPES
from processors.store import ObjectMissing

_EXTENSIONS = {content_type: extension for extension, content_type in CONTENT_TYPES.items()}
_ALIKE = {".jpeg": ".jpg", ".jpe": ".jpg", ".heif": ".heic"}


@never_cache
@require_safe
def original(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """To be saved and never shown: it may hold anything its sender put in."""
    picture = visible(request, uuid)
    if not may_have_original(request, picture):
        raise PermissionDenied
    name = file_name(picture)
    if settings.ON_AWS:
        return redirect(storage.download_url(picture, name))
    try:
        file = storage.Pictures().get(picture.object_key)
    except ObjectMissing:
        raise Http404("The original of this picture is missing from the storage.") from None
    return FileResponse(file, as_attachment=True, filename=name, content_type=picture.content_type)


def file_name(image: Image) -> str:
    """The picture's name with the extension of what it is, whatever its sender called it."""
    right = "." + _EXTENSIONS.get(image.content_type, "bin")
    given = PurePath(image.original_name).suffix
    if given and _ALIKE.get(given.lower(), given.lower()) == right:
        return image.original_name
    stem = image.original_name.removesuffix(given) if len(given) <= 5 else image.original_name
    return (stem or image.uuid) + right
