"""/media/<key> : thumbnails and previews on one machine, where there is no S3 to serve them."""

import re

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from gallery import storage
from gallery.views.image import visible
from processors.store import ObjectMissing

_KEY = re.compile(r"(?:thumbnails|previews)/([0-9a-f-]{36})\.webp")


@require_safe
def media(request: HttpRequest, key: str) -> FileResponse:
    """Only what we made ourselves, only of pictures that the visitor may see; never an original."""
    match = _KEY.fullmatch(key)
    if not match:
        raise Http404
    visible(request, match[1])
    try:
        file = storage.Pictures().get(key)
    except ObjectMissing:
        raise Http404 from None
    return FileResponse(file, content_type="image/webp", headers={"Cache-Control": "private, max-age=3600"})
