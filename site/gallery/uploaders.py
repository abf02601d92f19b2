"""Who uploaded a picture, without an account: a random id in a cookie for a year. The database has only its hash, and
no key takes part, so that it survives a new SECRET_KEY."""

import hashlib
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gallery.models import Image

COOKIE = "uploader"
YEAR = 365 * 24 * 3600  # seconds


def uploader(request: HttpRequest) -> str:
    """The hash of the id in the visitor's cookie, as `Image.uploader` holds it; "" for who has none."""
    cookie = request.COOKIES.get(COOKIE, "")
    return hashlib.sha256(cookie.encode(errors="replace")).hexdigest() if cookie else ""


def uploaded(request: HttpRequest, image: Image) -> bool:
    """Whether this visitor has uploaded the picture."""
    return bool(image.uploader) and image.uploader == uploader(request)


def give_id(request: HttpRequest, response: HttpResponse) -> None:
    """Set the cookie for who has none. The upload page does it when it is looked at: its script sends two files at
    once, and both must have the same id."""
    if not request.COOKIES.get(COOKIE):
        fresh = secrets.token_urlsafe(32)
        response.set_cookie(
            COOKIE, fresh, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
