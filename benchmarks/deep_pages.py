"""Pages of the gallery far back, among a million pictures in MariaDB."""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks import world
from benchmarks.harness import Line, in_turn, ratio, say, short, size

PAGE = 24
ROWS, DEPTHS = size(1_000_000, 30 * PAGE), (size(1_000, 10), size(20_000, 20))
NOTE = "Time on the clock, the database's included; the process's own caches are as they are when somebody goes there."


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    say("calling the pages in turn")
    found = world.inside("deep_pages")
    for depth in DEPTHS:
        what = f"gallery page {depth:,} of {ROWS:,} pictures"
        yield ratio(what, found[f"page {depth}"], found["page 1"], 3, "page 1", NOTE)
        offset, keyset = found[f"offset {depth}"], found[f"keyset {depth}"]
        times = f"{offset / keyset:.0f} x ours ({short(offset)} to {short(keyset)})"
        yield Line("… its query by OFFSET, as Django's Paginator asks", "", times, None)
    queries = found["queries"]
    plain = all("COUNT" not in sql and "JOIN" not in sql for sql in queries)
    yield Line("… queries of any page", "1, no COUNT, no join", f"{len(queries) // 3}", len(queries) == 3 and plain)
    yield Line("… COUNT(*), which we don't ask", "", short(found["count"]), None)


def inside() -> dict[str, Any]:
    from benchmarks.inside import call, django, queries

    site = django()

    from gallery.models import Image
    from gallery.views import gallery

    visible = Image.objects.exclude(visibility="hidden").order_by("-uploaded_at", "-id")
    pages, sides = {1: "/gallery"}, {}
    for depth in DEPTHS:
        pk = ROWS - (depth - 1) * PAGE + 1  # ids and moments rise together, from 1
        before = gallery.cursor(*Image.objects.values_list("uploaded_at", "id").get(pk=pk))
        pages[depth] = f"/gallery?before={before}"
        start = (depth - 1) * PAGE
        sides[f"offset {depth}"] = lambda start=start: list(visible[start : start + PAGE])
        sides[f"keyset {depth}"] = lambda before=before: list(gallery.older_than(visible, before)[:PAGE])
    for depth, target in pages.items():
        sides[f"page {depth}"] = lambda target=target: call(site, target, "uploader=a")
    sides["count"] = lambda: visible.count()
    with queries() as asked:
        for target in pages.values():
            assert call(site, target, "uploader=a").count(b"X-Amz-Signature") == PAGE
    slow = {name: side for name, side in sides.items() if name.startswith(("offset", "count"))}
    fast = {name: side for name, side in sides.items() if name not in slow}
    return {
        **in_turn(fast, rounds=9, times=20, clock=time.perf_counter),
        **in_turn(slow, rounds=3, clock=time.perf_counter),
        "queries": asked,
    }
