"""/ : upload pictures. The script sends each file by itself; without it the form sends all of them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from gallery.uploads.accept import Result, accept, shown_name

INTERRUPTED, NOT_ACCEPTED, BUSY = 400, 422, 503
CUT = "The upload was interrupted before all of it was here. Nothing of it was stored: send it again."


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, [])
    if interrupted(request):
        return page(request, [Result(_last_name(request), problem=CUT)], INTERRUPTED)
    nothing = Result("No file", problem="No file was chosen. Choose one or more pictures and upload them.")
    results = [accept(file) for file in request.FILES.getlist("files")] or [nothing]
    return page(request, results, _status(results))


def page(request: HttpRequest, results: list[Result], status: int = 200) -> HttpResponse:
    """The results as the script takes them, or within the page."""
    template = "_results.html" if by_script(request) else "upload.html"
    response = render(request, template, {**context(), "results": results}, status=status)
    if status == BUSY:
        response.headers["Retry-After"] = "60"
    return response


def interrupted(request: HttpRequest) -> bool:
    """Whether the body could not be read to its end. Who asks for it first gets an exception, and mostly that was the
    check for CSRF, which lets it pass; from then on the form looks empty, which none of ours is."""
    try:
        empty = not request.POST and not request.FILES
    except UnreadablePostError:
        return True
    return empty and (request.META.get("CONTENT_LENGTH") or "0") != "0"


def _last_name(request: HttpRequest) -> str:
    """The name of the file that was on its way, as far as it is known."""
    names = [handler.file_name for handler in request.upload_handlers if handler.file_name]
    return shown_name(names[-1]) if names else "A file"


def _status(results: list[Result]) -> int:
    """200 where anything was taken, 503 where all of it can be taken later, else 422."""
    if any(result.ok for result in results):
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
