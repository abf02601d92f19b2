"""/gallery : the newest pictures first, and a search. Keyset pagination: page 20,000 costs what page 1 costs."""

import re
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from gallery import cards, storage
from gallery.models import Image, ImageTag, Visibility

PAGE = 24
MAX_WORDS = 8
KEPT_SECONDS = 5
Row = tuple[Any, ...]  # when it was uploaded, its id, and the values of a `cards.Row`
_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_VISIBLE = (  # built once: that takes as long as running it
    Image.objects.filter(visibility=Visibility.VISIBLE)
    .order_by("-uploaded_at", "-id")
    .values_list("uploaded_at", "id", *cards.Row._fields)
)


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Who has no cookie (and so has neither logged in nor been at the upload page) may get a page that is up to
    `KEPT_SECONDS` old. One with a picture in work is never kept: it changes at any moment."""
    query, before = request.GET.get("q", "").strip()[:200], request.GET.get("before", "")
    if before and not _CURSOR.fullmatch(before):
        raise Http404("There is no such page of the gallery.")
    key = "" if query or request.COOKIES else f"gallery:{before}"
    text = cache.get(key) if key else None
    if text is None:
        rows = tuple(pictures(query, before)[: PAGE + 1])
        text = html(rows, storage.url_version(), query, before, request.user.is_staff)
        if key and not any(cards.in_work(cards.Row._make(row[2:])) for row in rows):
            cache.set(key, text, KEPT_SECONDS)
    response = HttpResponse(text)
    patch_vary_headers(response, ["Cookie"])
    return response


def pictures(query: str, before: str) -> QuerySet[Image, Row]:
    """Rows of the visible pictures that a page shows."""
    found = search(_VISIBLE.all(), query)
    return older_than(found, before) if before else found


@lru_cache(maxsize=50)
def html(rows: tuple[Row, ...], urls: Hashable, query: str, before: str, is_staff: bool) -> str:
    """The page with these rows. It depends on nothing else, so what is kept of it is neither stale nor another
    visitor's; 50 pages are some 4 MB. `urls`: see `storage.url_version`."""
    context = {
        "cards": mark_safe("".join(cards.html(row[2:], urls) for row in rows[:PAGE])),  # noqa: S308  (rendered HTML)
        "older": cursor(*rows[PAGE - 1][:2]) if len(rows) > PAGE else "",
        "newer_link": bool(before),
        "query": query,
        "nav": "gallery",
        "user": {"is_staff": is_staff},
    }
    return render_to_string("gallery.html", context)


def search(images: QuerySet[Image, Row], query: str) -> QuerySet[Image, Row]:
    """Every word has to be in the caption or the name, or be a tag."""
    for word in query.split()[:MAX_WORDS]:
        tagged = Q(id__in=ImageTag.objects.filter(name=word.lower()).values("image_id"))
        images = images.filter(Q(caption__icontains=word) | Q(original_name__icontains=word) | tagged)
    return images


def cursor(uploaded_at: datetime, pk: int) -> str:
    """Where the next page begins: microseconds since 1970 and the id, which sort as the pages do."""
    return f"{(uploaded_at - _EPOCH) // timedelta(microseconds=1)}-{pk}"


def older_than(images: QuerySet[Image, Row], before: str) -> QuerySet[Image, Row]:
    """`a <= x AND (a < x OR id < y)`: the form that MySQL and MariaDB turn into a range of the index."""
    microseconds, pk = (int(part) for part in before.split("-"))
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return images.filter(Q(uploaded_at__lte=moment) & (Q(uploaded_at__lt=moment) | Q(pk__lt=pk)))
