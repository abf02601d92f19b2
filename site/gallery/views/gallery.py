"""/gallery : the newest pictures first, a search, and the pictures of one tag. Keyset pagination: page 20,000 costs
what page 1 costs. /cards : those of a page that are in progress."""

import re
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from unicodedata import normalize
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gallery import presentation, storage, uploaders
from gallery.models import Image, ImageTag, Visibility
from gallery.search.find import find
from gallery.search.near import instead
from gallery.search.query import parse
from gallery.search.seen import visible
from gallery.views.image import may_edit

PAGE = 24
KEPT_SECONDS, KEPT_IN_PROGRESS = 5, 1
_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Built once: that takes as long as running it. "None of those" and not "visible": with that MariaDB takes the index
# that begins with the visibility for a lookup, and walks from the newest picture to the page: half a second to page
# 20,000.
_VISIBLE = (
    Image.objects.exclude(visibility__in=[Visibility.HIDDEN, Visibility.WAITING, Visibility.ARRIVING])
    .order_by("-uploaded_at", "-id")
    .values_list("uploaded_at", "id", *presentation.COLUMNS)
)


class Page(NamedTuple):
    """The rows of a page, and where the next one begins; `cut`: nobody has looked whether there are more. `near`: what
    may have been meant, where nothing was found."""

    rows: tuple[presentation.Row, ...]
    older: str = ""
    cut: bool = False
    near: str = ""


class Asked(NamedTuple):
    """What a visitor looks for: words, or one tag."""

    query: str = ""
    tag: str = ""

    @property
    def encoded(self) -> str:
        return urlencode({"tag": self.tag} if self.tag else {"q": self.query} if self.query else {})


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Who has neither logged in nor been at the upload page may get a page that is some seconds old. One with a picture
    in progress is kept for a second only: it changes at any moment, but while many upload, many look."""
    asked, before = Asked(*(_text(request, name) for name in ("q", "tag"))), cursor_of(request)
    key = "" if any(asked) or _is_known(request) else f"gallery:{before}"
    text = cache.get(key) if key else None
    if text is None:
        page = _searched(asked.query, before) if asked.query else _listed(asked.tag, before)
        text = html(page, storage.url_version(), asked, bool(before), *_rights(request))
        if key:
            in_progress = any(row.in_progress for row in page.rows)
            cache.set(key, text, KEPT_IN_PROGRESS if in_progress else KEPT_SECONDS)
    response = HttpResponse(text)
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
@never_cache
def cards(request: HttpRequest) -> HttpResponse:
    """The cards that were in progress when the page asked last, all in one answer: those of them that everybody sees.
    204 while they look as `shown` says."""
    uuids = [uuid for uuid in request.GET.get("ids", "").split(",")[:PAGE] if _UUID.fullmatch(uuid)]
    rows = presentation.rows_of(values[1:] for values in _VISIBLE.filter(uuid__in=uuids))
    urls = storage.url_version()
    found = [presentation.html(row, urls) for row in rows]
    if request.GET.get("shown") == presentation.look(found):
        return HttpResponse(status=204)
    return render(request, "_cards.html", {"cards": found, "poll": presentation.poll(rows, urls)})


def _is_known(request: HttpRequest) -> bool:
    """Whether a cookie of ours came along. The load balancer has its own (AWSALB, AWSALBCORS), and gives them to
    everybody."""
    return not {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, uploaders.COOKIE}.isdisjoint(request.COOKIES)


def _rights(request: HttpRequest) -> tuple[bool, bool]:
    """Whether the main menu leads to the admin, and to the review."""
    return bool(request.user.is_staff), may_edit(request)


def _text(request: HttpRequest, name: str) -> str:
    """As it is stored: composed (NFC), whatever the visitor's keyboard sends."""
    return normalize("NFC", request.GET.get(name, "")).strip()[:200]


@lru_cache(maxsize=100)
def html(page: Page, urls: Hashable, asked: Asked, newer_link: bool, is_staff: bool, reviews: bool) -> str:
    """The page with these rows. It depends on nothing else, so what is kept is neither stale nor another visitor's;
    100 pages are some 5 MB. `urls`: see `storage.url_version`."""
    query = parse(asked.query)
    shown = {"cards": [presentation.html(row, urls, query) for row in page.rows], "older": page.older, "cut": page.cut}
    near = {"has_words": bool(query), "near": page.near, "near_address": urlencode({"q": page.near})}
    asked_for = {**asked._asdict(), "asked": asked.encoded, "poll": presentation.poll(page.rows, urls)}
    place = {"newer_link": newer_link, "is_staff": is_staff, "reviews": reviews, "nav": "gallery"}
    return render_to_string("gallery.html", {**shown, **near, **asked_for, **place})


def _listed(tag: str, before: str) -> Page:
    """All pictures, or those of a tag."""
    images = tagged(_VISIBLE.all(), tag) if tag else _VISIBLE.all()
    found = list((older_than(images, before) if before else images)[: PAGE + 1])
    rows = presentation.rows_of(values[1:] for values in found[:PAGE])
    return Page(rows, cursor(*found[PAGE - 1][:2]) if len(found) > PAGE else "")


def _searched(text: str, before: str) -> Page:
    """What has all of these words."""
    query = parse(text)
    found = find(query, lambda ids: visible(query, ids), PAGE, place(before) if before else None)
    rows = presentation.rows_of(values[1:] for values in _VISIBLE.filter(pk__in=found.ids))
    nothing = query and not (rows or before or found.cut)
    return Page(rows, cursor(*found.more) if found.more else "", found.cut, instead(text) if nothing else "")


def tagged(images: QuerySet[Image, tuple[Any, ...]], name: str) -> QuerySet[Image, tuple[Any, ...]]:
    """Those that have this tag, exactly."""
    return images.filter(id__in=ImageTag.objects.filter(name=name.lower()).values("image_id"))


def cursor_of(request: HttpRequest) -> str:
    """Where the page begins that is asked for; "" for the first."""
    before = request.GET.get("before", "")
    if before and not _CURSOR.fullmatch(before):
        raise Http404("There is no such page of the gallery.")
    return before


def cursor(uploaded_at: datetime, pk: int) -> str:
    """Where the next page begins: microseconds since 1970 and the id, which sort as the pages do."""
    return f"{(uploaded_at - _EPOCH) // timedelta(microseconds=1)}-{pk}"


def place(before: str) -> tuple[datetime, int]:
    """The opposite of `cursor`."""
    microseconds, pk = (int(part) for part in before.split("-"))
    return _EPOCH + timedelta(microseconds=microseconds), pk


def older_than(images: QuerySet[Image, tuple[Any, ...]], before: str) -> QuerySet[Image, tuple[Any, ...]]:
    """`a <= x AND (a < x OR id < y)`: the form that MySQL and MariaDB turn into a range of the index."""
    moment, pk = place(before)
    return images.filter(Q(uploaded_at__lte=moment) & (Q(uploaded_at__lt=moment) | Q(pk__lt=pk)))
