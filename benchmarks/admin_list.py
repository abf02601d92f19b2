"""The moderators' list among a million pictures, beside the gallery's page for the same moderator."""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks import world
from benchmarks.deep_pages import ROWS
from benchmarks.harness import Line, in_turn, ratio, say

LIST = "/admin/gallery/image/"
NOTE = (
    "Django's admin renders each of its 25 rows in about 0.25 ms of Python: of this time the database has a tenth. To"
    " come under 5 x, the list would have to be a page of our own instead of the admin."
)
FILTERED = "Time on the clock. An index holds kind, state and image: no row is read that is not shown."


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    say("calling the pages in turn")
    found = world.inside("admin_list")
    what = f"admin list of {ROWS:,} pictures"
    yield ratio(what, found["list"], found["gallery"], 5, "the gallery's page for a moderator", NOTE)
    yield ratio("… CPU", found["list CPU"], found["gallery CPU"], 5, "the gallery's page for a moderator", NOTE)
    queries = found["queries"]
    counted = [sql for sql in queries if "COUNT(" in sql or "DISTINCT" in sql]
    yield Line("… queries", "no COUNT(*), a fixed number", f"{len(queries)}", not counted and len(queries) == 7)
    for state, words in (("failed", "by a state that no job has"), ("done", "by the state that all jobs have")):
        yield ratio(f"… filtered {words}", found[state], found["list"], 1.5, "the list", FILTERED)


def inside() -> dict[str, Any]:
    from benchmarks.inside import call, django, moderator, queries

    site = django()
    cookie = moderator()
    sides = {"list": lambda: call(site, LIST, cookie), "gallery": lambda: call(site, "/gallery", cookie)}
    assert sides["list"]().count(b"X-Amz-Signature") == 25
    with queries() as asked:
        sides["list"]()
    cpu = in_turn(sides, rounds=7, times=10)
    for state in ("failed", "done"):
        sides[state] = lambda state=state: call(site, f"{LIST}?work=annotation:{state}", cookie)
    return {
        **in_turn(sides, rounds=7, times=10, clock=time.perf_counter),
        **{f"{name} CPU": seconds for name, seconds in cpu.items()},
        "queries": asked,
    }
