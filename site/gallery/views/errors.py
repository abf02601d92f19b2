"""Pages for what went wrong, each with what happened, why and what to do next."""

import logging

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.views.csrf import csrf_failure as plain_csrf_failure
from django.views.defaults import bad_request as plain_bad_request

from gallery.uploads.accept import Result
from gallery.views.upload import by_script, context, cut_off, interrupted, too_many

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; more files than are allowed in one upload come here as well."""
    if isinstance(exception, TooManyFilesSent):
        problem = f"At most {_files()} can be uploaded at once. Send them in several uploads."
        return _results(request, Result("Too many files", problem=problem))
    if isinstance(exception, MultiPartParserError) and "header size" in str(exception):
        # Django reads 1,024 bytes of a part's headers, and nothing in them but the name can be that long; it says the
        # same of a name that is no UTF-8.
        problem = "The file's name is too long, or it is not UTF-8. Rename the file and upload it again."
        return _results(request, Result("A file", problem=problem))
    return plain_bad_request(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403; an upload of the form without script that broke off lacks its token too, and is told what happened."""
    if request.path_info == "/" and interrupted(request):
        return cut_off(request)
    return plain_csrf_failure(request, reason)


def login_in_the_clear(request: HttpRequest) -> HttpResponse:
    """403 instead of a page that asks for a password or shows what only a moderator may see; kept nowhere, as it goes
    away when the site has a certificate."""
    response = render(request, "403_http.html", {"sent": request.method == "POST"}, status=403)
    response.headers["Cache-Control"] = "no-store"
    return response


def too_large(request: HttpRequest) -> HttpResponse:
    megabytes = settings.MAX_FILE_BYTES // 1_000_000
    problem = (
        f"The upload is too large: at most {_files()} of {megabytes} MB each can be uploaded at once."
        " Send fewer files, or smaller ones."
    )
    return _refusal(request, "413.html", 413, problem)


def too_large_here(request: HttpRequest) -> HttpResponse:
    """413 for what is no upload."""
    problem = "Your browser sent more than this page takes. Pictures are sent by the upload page."
    return _refusal(request, "413.html", 413, problem)


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """429 with Retry-After in seconds (RFC 6585, 4)."""
    return _refusal(request, "429.html", 429, too_many(seconds), seconds)


def too_many_logins(request: HttpRequest, response: HttpResponse, credentials: object) -> HttpResponse:
    """429 for who guesses at passwords; django-axes asks for this page. No name and no password in the log."""
    log.warning("Logins from one address wait now: too many have failed.")
    seconds = round(settings.AXES_COOLOFF_TIME.total_seconds())
    problem = (
        f"Too many logins have failed. Wait {seconds // 60} minute{pluralize(seconds // 60)} and try again. If it is"
        " urgent, whoever runs this site can end the wait: python manage.py axes_reset"
    )
    return _refusal(request, "429_login.html", 429, problem, seconds)


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
