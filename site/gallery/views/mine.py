"""/uploads : what a visitor has uploaded; /images/<uuid>/delete : and how it goes again."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gallery import presentation, removal
from gallery.models import Image, Visibility
from gallery.presentation import COLUMNS
from gallery.uploaders import uploaded, uploader
from gallery.views.gallery import PAGE, cursor, cursor_of, older_than

WORDS = {
    Visibility.VISIBLE: "In the gallery.",
    Visibility.WAITING: "A moderator looks at it before it is shown.",
    Visibility.HIDDEN: "A moderator has hidden it.",
    Visibility.ARRIVING: "It did not arrive whole. Upload it again, or delete it.",
}


@never_cache
@require_safe
def uploads(request: HttpRequest) -> HttpResponse:
    """Those of the visitor's cookie, newest first. A hidden one is named and not shown."""
    before, visitor = cursor_of(request), uploader(request)
    images = Image.objects.filter(uploader=visitor) if visitor else Image.objects.none()
    columns = images.order_by("-uploaded_at", "-id").values_list("visibility", "uploaded_at", "id", *COLUMNS)
    found = list((older_than(columns, before) if before else columns)[: PAGE + 1])
    shown = found[:PAGE]
    rows = presentation.rows_of(values[2:] for values in shown)
    pictures = [(row, WORDS[Visibility(values[0])]) for row, values in zip(rows, shown, strict=True)]
    older = cursor(*shown[-1][1:3]) if len(found) > PAGE else ""
    context = {"pictures": pictures, "older": older, "before": before, "nav": "uploads"}
    return render(request, "uploads.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Asks first. What stays of a picture: `removal`."""
    image = get_object_or_404(Image, uuid=str(uuid))
    if not uploaded(request, image):
        raise Http404
    if request.method != "POST":
        return render(request, "delete.html", {"image": image, "nav": "uploads"})
    if removal.remove([image]):
        return render(request, "delete.html", {"image": image, "failed": True, "nav": "uploads"}, status=503)
    return redirect("uploads")
