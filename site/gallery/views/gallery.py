"""/gallery : the newest pictures first, and a search. Keyset pagination: page 20,000 costs what page 1 costs."""

from datetime import UTC, datetime

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gallery.cards import card_of
from gallery.models import Image, ImageTag, Visibility

PAGE = 24
MAX_WORDS = 8


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    query, before = request.GET.get("q", "").strip()[:200], request.GET.get("before", "")
    images = search(Image.objects.filter(visibility=Visibility.VISIBLE), query)
    if before:
        images = older_than(images, before)
    page = list(images.order_by("-uploaded_at", "-id")[: PAGE + 1])
    older = cursor(page[PAGE - 1]) if len(page) > PAGE else ""
    cards = [card_of(image) for image in page[:PAGE]]
    context = {"cards": cards, "older": older, "newer_link": bool(before), "query": query, "nav": "gallery"}
    return render(request, "gallery.html", context)


def search(images: QuerySet[Image], query: str) -> QuerySet[Image]:
    """Every word has to be in the caption or the name, or be a tag."""
    for word in query.split()[:MAX_WORDS]:
        tagged = Q(id__in=ImageTag.objects.filter(name=word.lower()).values("image_id"))
        images = images.filter(Q(caption__icontains=word) | Q(original_name__icontains=word) | tagged)
    return images


def cursor(image: Image) -> str:
    """Where the next page begins: microseconds since 1970 and the id, which sort as the pages do."""
    return f"{round(image.uploaded_at.timestamp() * 1_000_000)}-{image.pk}"


def older_than(images: QuerySet[Image], before: str) -> QuerySet[Image]:
    """`a <= x AND (a < x OR id < y)`: the form that MySQL and MariaDB turn into a range of the index."""
    try:
        microseconds, pk = (int(part) for part in before.split("-"))
        moment = datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(microsecond=microseconds % 1_000_000)
        pk = min(pk, 2**63 - 1)
    except (ValueError, OverflowError, OSError):
        raise Http404("There is no such page of the gallery.") from None
    return images.filter(Q(uploaded_at__lte=moment) & (Q(uploaded_at__lt=moment) | Q(pk__lt=pk)))
