"""Pages for what went wrong, each with what happened, why and what to do next."""

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.views.defaults import bad_request as plain_bad_request

from gallery.uploads.accept import Result
from gallery.views.upload import by_script, context


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; more files than are allowed in one upload come here as well."""
    if isinstance(exception, TooManyFilesSent):
        problem = f"At most {_files()} can be uploaded at once. Send them in several uploads."
        return _results(request, Result("Too many files", problem=problem))
    if isinstance(exception, MultiPartParserError) and "header size" in str(exception):
        # Django reads 1,024 bytes of a part's headers, and nothing in them but the name can be that long.
        return _results(request, Result("A file", problem="The file's name is too long. Give it a shorter one."))
    return plain_bad_request(request, exception)


def too_large(request: HttpRequest) -> HttpResponse:
    megabytes = settings.MAX_FILE_BYTES // 1_000_000
    problem = (
        f"The upload is too large: at most {_files()} of {megabytes} MB each can be uploaded at once."
        " Send fewer files, or smaller ones."
    )
    return _refusal(request, "413.html", 413, problem)


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """429 with Retry-After in seconds (RFC 6585, 4)."""
    problem = f"Too many uploads came from your address. Try again in {seconds} second{pluralize(seconds)}."
    return _refusal(request, "429.html", 429, problem, seconds)


def too_busy(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After in seconds (RFC 9110, 15.6.4)."""
    problem = "Many uploads are coming in at this moment. Try again in a few seconds: your file is not lost."
    return _refusal(request, "503.html", 503, problem, 5)


def _files() -> str:
    return f"{settings.MAX_FILES} file{pluralize(settings.MAX_FILES)}"


def _results(request: HttpRequest, result: Result) -> HttpResponse:
    page = "_results.html" if by_script(request) else "upload.html"
    return render(request, page, {**context(), "results": [result]}, status=400)


def _refusal(request: HttpRequest, page: str, status: int, problem: str, retry_after: int = 0) -> HttpResponse:
    page = "_results.html" if by_script(request) else page
    context = {"problem": problem, "results": [Result("", problem=problem)]}
    response = render(request, page, context, status=status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response
