"""What has to happen before Django looks at a request."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from gallery import storage
from gallery.transport import in_the_clear
from gallery.uploads import rate
from gallery.views.errors import login_in_the_clear, too_busy, too_large, too_large_here, too_many_requests

Handler = Callable[[HttpRequest], HttpResponseBase]
FORM_OVERHEAD = 100_000  # bytes of a request that are not the files
CHUNK = 1024 * 1024
MOST_ELSEWHERE = 1_000_000  # bytes of a body that is no upload: forms of the admin pages, the login
READ_OFF = 30_000_000  # bytes of a refused request that are still taken in
UPLOADS_AT_ONCE = 10  # in each worker, of its 16 threads: slow uploads must leave some for pages and /healthz
POLICY = (
    "default-src 'self'; img-src 'self' data: {pictures}; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
SILENCE_SECONDS = 30  # after which a sender who sends nothing is given up
_slots = BoundedSemaphore(UPLOADS_AT_ONCE)


def healthz(get_response: Handler) -> Handler:
    """The load balancer asks with the instance's address as Host, which no ALLOWED_HOSTS can know: answered here,
    without the database, so that a database in trouble does not make the load balancer stop every instance."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        return get_response(request)

    return middleware


def content_security_policy(get_response: Handler) -> Handler:
    """Nothing is loaded from another host but pictures from the bucket; nothing inline is run."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY.format(pictures=storage.origin()))
        return response

    return middleware


def upload_limits(get_response: Handler) -> Handler:
    """Refuse what is too much before its body is parsed."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or request.path_info != "/" or _chunked(request):
            return get_response(request) if _fits(request) else too_large_here(request)
        if not _slots.acquire(blocking=False):
            _wait_for_no_more(request)
            return too_busy(request)
        try:
            with _silence_ends(request):
                return upload(request)
        finally:
            _slots.release()

    def upload(request: HttpRequest) -> HttpResponseBase:
        most = settings.MAX_FILES * settings.MAX_FILE_BYTES + FORM_OVERHEAD
        large = _length(request) > most
        wait = 0 if large else rate.wait(request)
        if not large and not wait:
            return get_response(request)
        _read_off(request)
        return too_large(request) if large else too_many_requests(request, wait)

    return middleware


def no_secrets_in_the_clear(get_response: Handler) -> Handler:
    """By a connection that others can read, nobody logs in and nobody is logged in. The pages that ask for passwords,
    all of them in the admin, are refused; a session whose id has come that way is over, as who has read it could use it
    as well."""

    def middleware(request: Any) -> HttpResponseBase:
        if not in_the_clear(request):
            return get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.session.flush()
        if request.path_info.startswith(reverse("admin:index")):
            return login_in_the_clear(request)
        return get_response(request)

    return middleware


def _fits(request: HttpRequest) -> bool:
    """Whether the body is one for a path that takes no pictures. Where it is not, none of it is read; nor of one that
    does not say its length, as no browser sends it (Django would read nothing of it, and gunicorn all)."""
    most = 0 if request.method in ("GET", "HEAD") else MOST_ELSEWHERE
    if _chunked(request) or _length(request) > most:
        _wait_for_no_more(request)
        return False
    return True


def _chunked(request: HttpRequest) -> bool:
    return "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()


def _length(request: HttpRequest) -> int:
    """0 for what is not a number: Django reads nothing then."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


@contextmanager
def _silence_ends(request: HttpRequest) -> Iterator[None]:
    """Reading the body fails where nothing comes for a while (gunicorn's own `timeout` does not look at this)."""
    sock = request.META.get("gunicorn.socket")
    if sock is None:
        yield
        return
    before = sock.gettimeout()
    sock.settimeout(SILENCE_SECONDS)
    try:
        yield
    finally:
        sock.settimeout(before)


def _wait_for_no_more(request: HttpRequest) -> None:
    """gunicorn reads on after the answer, for five seconds where nothing comes; those would hold a thread each."""
    if sock := request.META.get("gunicorn.socket"):
        with suppress(OSError):  # the sender is gone already
            sock.shutdown(socket.SHUT_RD)


def _read_off(request: Any) -> None:
    """Take in the rest of the body, up to a limit: a browser shows an answer only once it could send everything."""
    left = READ_OFF
    while left > 0 and (chunk := request.read(min(CHUNK, left))):
        left -= len(chunk)
