"""The moderators' list among a million pictures, beside the gallery's page for the same moderator."""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks import world
from benchmarks.deep_pages import ROWS
from benchmarks.harness import Line, in_turn, ratio, say, short

LIST = "/admin/gallery/image/"
NOTE = (
    "Django's admin renders each of its 25 rows in about 0.25 ms of Python: of this time the database has a tenth. To"
    " come under 5 x, the list would have to be a page of our own instead of the admin."
)
FILTERED = (
    "No index holds the states: the newest pictures are read until the page is full, all of them where none fits."
)


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    say("calling the pages in turn")
    found = world.inside("admin_list")
    what = f"admin list of {ROWS:,} pictures"
    yield ratio(what, found["list"], found["gallery"], 5, "the gallery's page for a moderator", NOTE)
    yield ratio("… CPU", found["list CPU"], found["gallery CPU"], 5, "the gallery's page for a moderator", NOTE)
    queries = found["queries"]
    counted = [sql for sql in queries if "COUNT(" in sql or "DISTINCT" in sql]
    yield Line("… queries", "no COUNT(*), a fixed number", f"{len(queries)}", not counted and len(queries) == 6)
    yield Line("… filtered by a state that no picture has", "", short(found["failed"]), None, FILTERED)


def inside() -> dict[str, Any]:
    from benchmarks.inside import call, django, moderator, queries

    site = django()
    cookie = moderator()
    sides = {"list": lambda: call(site, LIST, cookie), "gallery": lambda: call(site, "/gallery", cookie)}
    assert sides["list"]().count(b"X-Amz-Signature") == 25
    with queries() as asked:
        sides["list"]()
    cpu = in_turn(sides, rounds=7, times=10)
    filtered = {"failed": lambda: call(site, f"{LIST}?thumbnail_state__exact=failed", cookie)}
    return {
        **in_turn(sides, rounds=7, times=10, clock=time.perf_counter),
        **{f"{name} CPU": seconds for name, seconds in cpu.items()},
        **in_turn(filtered, rounds=2, clock=time.perf_counter),
        "queries": asked,
    }
