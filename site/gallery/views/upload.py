"""/ : upload pictures. The script sends each file by itself; without it the form sends all of them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from gallery.uploads.accept import Result, accept

NOT_ACCEPTED, BUSY = 422, 503


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    results = [accept(file) for file in request.FILES.getlist("files")] if request.method == "POST" else []
    if request.method == "POST" and not results:
        results = [Result("No file", problem="No file was chosen. Choose one or more pictures and upload them.")]
    page = "_results.html" if by_script(request) else "upload.html"
    response = render(request, page, {**context(), "results": results}, status=_status(results))
    if response.status_code == BUSY:
        response.headers["Retry-After"] = "60"
    return response


def _status(results: list[Result]) -> int:
    """200 where anything was taken, 503 where all of it can be taken later, else 422."""
    if not results or any(result.ok for result in results):
        return 200
    return BUSY if all(result.busy for result in results) else NOT_ACCEPTED


def by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def context() -> dict[str, object]:
    limits = {
        "max_files": settings.MAX_FILES,
        "max_bytes": settings.MAX_FILE_BYTES,
        "max_mb": settings.MAX_FILE_BYTES // 1_000_000,
        "megapixels": settings.MAX_MEGAPIXELS,
    }
    accept = "image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic,image/heif,.heic,.heif"
    return {"limits": limits, "accept": accept, "nav": "upload"}
