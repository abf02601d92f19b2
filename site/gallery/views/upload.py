"""/ : upload pictures. The script sends each file by itself; without it the form sends all of them."""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_http_methods

from gallery.models import Visibility
from gallery.uploaders import give_id, uploader
from gallery.uploads import rate
from gallery.uploads.accept import Result, accept, shown_name
from gallery.uploads.handler import Receiver

INTERRUPTED, NOT_ACCEPTED, TOO_MANY, BUSY, FULL = 400, 422, 429, 503, 507
CUT = "The upload was interrupted before all of it was here. Nothing of it was stored: send it again."


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, [])
    if interrupted(request):
        return cut_off(request)
    nothing = Result("No file", problem="No file was chosen. Choose one or more pictures and upload them.")
    results = [_take(request, file) for file in request.FILES.getlist("files")] or [nothing]
    return page(request, results, _status(results))


def page(request: HttpRequest, results: list[Result], status: int = 200) -> HttpResponse:
    """The results as the script takes them, or within the page."""
    template = "_results.html" if by_script(request) else "upload.html"
    response = render(request, template, {**context(), "results": results}, status=status)
    give_id(request, response)
    if status in (BUSY, TOO_MANY):
        response.headers["Retry-After"] = str(max(result.wait for result in results) or 60)
    return response


def interrupted(request: HttpRequest) -> bool:
    """Whether the body could not be read to its end. Who asks for it first gets an exception, and mostly that was the
    check for CSRF, which lets it pass; from then on the form looks empty, which none of ours is."""
    try:
        empty = not request.POST and not request.FILES
    except UnreadablePostError:
        return True
    return empty and (request.META.get("CONTENT_LENGTH") or "0") != "0"


def cut_off(request: HttpRequest) -> HttpResponse:
    """Of an upload that broke off; nothing of it is kept."""
    return page(request, [Result(_last_name(request), problem=CUT)], INTERRUPTED)


def _last_name(request: HttpRequest) -> str:
    """The name of the file that was on its way, as far as it is known."""
    names = [handler.last_name for handler in request.upload_handlers if isinstance(handler, Receiver)]
    return shown_name(names[0]) if any(names) else "A file"


def _status(results: list[Result]) -> int:
    """200 where anything was taken; 429, 503 or 507 where all of it can be taken later; else 422."""
    if any(result.ok for result in results):
        return 200
    if all(result.wait for result in results):
        return TOO_MANY
    if all(result.full for result in results):
        return FULL
    return BUSY if all(result.busy or result.wait or result.full for result in results) else NOT_ACCEPTED


def _take(request: HttpRequest, file: UploadedFile) -> Result:
    """Accept one file, unless its sender has sent enough for now."""
    if seconds := rate.count(request):
        return Result(shown_name(file.name or ""), problem=too_many(seconds), wait=seconds)
    result = accept(file, uploader(request))
    rate.spent(request, result.cpu)
    return result


def too_many(seconds: int) -> str:
    """For who has sent enough for now."""
    when = f"{seconds} second{pluralize(seconds)}" if seconds < 120 else f"{seconds // 60} minutes"
    if seconds >= 7200:
        when = f"{seconds // 3600} hours"
    return f"Too many uploads came from your address. Try again in {when}."


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
    return {
        "limits": limits,
        "accept": accept,
        "originals_for_everybody": settings.ORIGINALS_FOR_EVERYBODY,
        "after_review": settings.FIRST_VISIBILITY == Visibility.WAITING,
        "nav": "upload",
    }
