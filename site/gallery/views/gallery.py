"""/gallery : the newest pictures first, and a search. Keyset pagination: page 20,000 costs what page 1 costs."""

import re
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, reduce
from operator import and_
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from gallery import presentation, storage
from gallery.models import Image, ImageTag, Visibility

PAGE = 24
MAX_WORDS = 8
KEPT_SECONDS, KEPT_IN_PROGRESS = 5, 1
_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Built once: that takes as long as running it. "None of those" and not "visible": with that MariaDB takes the index
# that begins with the visibility for a lookup, and walks from the newest picture to the page: half a second to page
# 20,000.
_VISIBLE = (
    Image.objects.exclude(visibility__in=[Visibility.HIDDEN, Visibility.ARRIVING])
    .order_by("-uploaded_at", "-id")
    .values_list("uploaded_at", "id", *presentation.COLUMNS)
)


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Who has no cookie (and so has neither logged in nor been at the upload page) may get a page that is some seconds
    old. One with a picture in progress is kept for a second only: it changes at any moment, but while many upload,
    many look."""
    query, before = request.GET.get("q", "").strip()[:200], request.GET.get("before", "")
    if before and not _CURSOR.fullmatch(before):
        raise Http404("There is no such page of the gallery.")
    key = "" if query or request.COOKIES else f"gallery:{before}"
    text = cache.get(key) if key else None
    if text is None:
        images = search(_VISIBLE.all(), query)
        found = list((older_than(images, before) if before else images)[: PAGE + 1])
        rows = presentation.rows_of(values[1:] for values in found)
        older = cursor(*found[PAGE - 1][:2]) if len(rows) > PAGE else ""
        text = html(rows[:PAGE], storage.url_version(), older, query, bool(before), request.user.is_staff)
        if key:
            in_progress = any(row.in_progress for row in rows)
            cache.set(key, text, KEPT_IN_PROGRESS if in_progress else KEPT_SECONDS)
    response = HttpResponse(text)
    patch_vary_headers(response, ["Cookie"])
    return response


@lru_cache(maxsize=100)
def html(
    rows: tuple[presentation.Row, ...], urls: Hashable, older: str, query: str, newer_link: bool, is_staff: bool
) -> str:
    """The page with these rows. It depends on nothing else, so what is kept is neither stale nor another visitor's;
    100 pages are some 5 MB. `urls`: see `storage.url_version`."""
    cards = [presentation.html(row, urls) for row in rows]
    context = {"cards": cards, "older": older, "query": query, "newer_link": newer_link, "is_staff": is_staff}
    return render_to_string("gallery.html", {**context, "nav": "gallery"})


def search(images: QuerySet[Image, tuple[Any, ...]], query: str) -> QuerySet[Image, tuple[Any, ...]]:
    """Every word has to be in the caption or the name, or be a tag; or all of them together are one tag."""
    words = query.split()[:MAX_WORDS]
    each = [Q(caption__icontains=word) | Q(original_name__icontains=word) | _tagged(word) for word in words]
    return images.filter(reduce(and_, each) | _tagged(query)) if each else images


def _tagged(name: str) -> Q:
    return Q(id__in=ImageTag.objects.filter(name=name.lower()).values("image_id"))


def cursor(uploaded_at: datetime, pk: int) -> str:
    """Where the next page begins: microseconds since 1970 and the id, which sort as the pages do."""
    return f"{(uploaded_at - _EPOCH) // timedelta(microseconds=1)}-{pk}"


def older_than(images: QuerySet[Image, tuple[Any, ...]], before: str) -> QuerySet[Image, tuple[Any, ...]]:
    """`a <= x AND (a < x OR id < y)`: the form that MySQL and MariaDB turn into a range of the index."""
    microseconds, pk = (int(part) for part in before.split("-"))
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return images.filter(Q(uploaded_at__lte=moment) & (Q(uploaded_at__lt=moment) | Q(pk__lt=pk)))
