"""A page of the gallery against an empty Django view, in CPU time of this process: the production's settings, MariaDB
over TLS with a lasting connection, presigned URLs of a role's credentials."""

from collections.abc import Iterator
from typing import Any

from benchmarks import world
from benchmarks.harness import Line, in_turn, ratio, say

ROWS = 500
EMPTY = "an empty view"
NOTE = (
    "The empty view has no middleware. Every request asks the database; the process keeps pages and cards by their"
    " content, so that what is unchanged is not rendered again."
)
CHANGED = "A caption changes before every request: the page and this card are rendered, the other 23 are as they were."


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    say("calling the pages in turn")
    taken = world.inside("gallery")
    empty = taken["empty"]
    yield ratio("gallery, 24 pictures, anonymous, live query, CPU", taken["live"], empty, 15, EMPTY, NOTE)
    yield Line("… after a change", "", f"{taken['changed'] / empty:.1f} x {EMPTY}", None, CHANGED)
    yield ratio("… 48 pictures", taken["48"], taken["live"], 1.5, "24 pictures")
    yield ratio("… 48 pictures after a change", taken["48 changed"], taken["changed"], 1.5, "24 pictures", CHANGED)
    yield ratio("… moderator logged in", taken["moderator"], empty, 25, EMPTY, SESSIONS)
    yield ratio("… without a cookie, from the few-seconds page cache", taken["kept"], empty, 3.5, EMPTY)
    yield Line("… the Flask reference", "", f"{taken['flask'] / empty:.0f} x {EMPTY}", None, FLASK)
    yield Line("… the usual way in Django", "", f"{taken['usual'] / empty:.0f} x {EMPTY}", None, USUAL)


SESSIONS = "Session and account are read from the database, in two more queries, so that logging out holds at once."
FLASK = "benchmarks/reference_flask.py: PyMySQL with a connection for each request, TLS off, boto3's presigned URLs."
USUAL = "Model instances, Paginator with its COUNT (of 500 rows), a template for each card, URLs by botocore."


def inside() -> dict[str, float]:
    from benchmarks.inside import call, django, moderator

    site, bare = django(), django(middleware=False)
    from benchmarks import reference_flask
    from gallery.models import Image
    from gallery.views import gallery as view

    mod, newest = moderator(), Image.objects.order_by("-uploaded_at", "-id").values_list("pk", flat=True)[0]
    number = iter(range(10**9))

    def change() -> None:
        Image.objects.filter(pk=newest).update(caption=f"Another caption, number {next(number)}.")

    def sized(size: int, cookie: str = "uploader=a") -> Any:
        view.PAGE = size
        return call(site, "/gallery", cookie)

    assert sized(24).count(b"X-Amz-Signature") == 24
    assert sized(48).count(b"X-Amz-Signature") == 48
    assert call(reference_flask.app, "/gallery").count(b"X-Amz-Signature") == 24
    sides = {
        "empty": lambda: call(bare, "/empty"),
        "live": lambda: sized(24),
        "48": lambda: sized(48),
        "moderator": lambda: sized(24, mod),
        "kept": lambda: sized(24, ""),
        "flask": lambda: call(reference_flask.app, "/gallery"),
        "usual": lambda: _usual(),
        "change": change,
        "24 changed": lambda: (change(), sized(24)),
        "48 changed": lambda: (change(), sized(48)),
    }
    taken = in_turn(sides, rounds=9, times=100)
    taken["changed"] = taken["24 changed"] - taken["change"]
    taken["48 changed"] -= taken["change"]
    return taken


def _usual() -> str:
    """The page as most would write it."""
    from django.core.files.storage import default_storage
    from django.core.paginator import Paginator
    from django.template.loader import render_to_string

    from gallery.models import Image

    images: Any = default_storage
    page = Paginator(Image.objects.filter(visibility="visible"), 24).page(1)
    cards = []
    for image in page:
        url = images.url(image.thumbnail_key, expire=3600)  # with an argument, django-storages' own way
        card = {"uuid": image.uuid, "thumbnail_url": url, "alt": image.alt_text, "caption": image.caption}
        cards.append(render_to_string("_card.html", {"card": {**card, "language": image.caption_language}}))
    return render_to_string("gallery.html", {"cards": cards, "older": page.has_next(), "nav": "gallery"})
