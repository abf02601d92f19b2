"""Which captions are stale, among a million pictures: counted, and the next hundred chosen, on MariaDB and SQLite."""

import tempfile
import time
from collections.abc import Iterator
from typing import Any

from benchmarks import one_machine, world
from benchmarks.deep_pages import ROWS
from benchmarks.harness import Line, in_turn, ratio, say, short, size

PAGE, MANY = "the gallery's page", size(100, 10)
NOTE = (
    "Every tenth caption was written by a former prompt. Time on the clock; the index holds the prompt and the"
    " id. The pictures are chosen behind the last that was looked at, so that the end takes as long as the beginning."
)
PROMPTS = "UPDATE images SET prompt_id = CASE WHEN id % 10 = 0 THEN 1 ELSE 2 END"


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    say("a prompt for each picture")
    world.production().mariadb.execute(f"USE {world.production().database}", PROMPTS, "ANALYZE TABLE images")
    yield from _lines("MariaDB", world.inside("recaption"))
    yield from _lines("SQLite", _on_sqlite())


def _lines(engine: str, found: dict[str, Any]) -> Iterator[Line]:
    for where in ("first", "last"):
        what = f"the {where} {MANY} stale of {ROWS:,} pictures, {engine}"
        yield ratio(what, found[where], found["page"], 1, PAGE, NOTE)
    plan = found["plan"]
    yield Line("… by an index", "images_prompt_id, nothing sorted", plan, _is_index(plan))
    yield Line(f"… all {ROWS // 10:,} counted", "", short(found["count"]), None)


def _is_index(plan: str) -> bool:
    return "images_prompt_id" in plan and "filesort" not in plan and "B-TREE" not in plan


def _on_sqlite() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        variables = one_machine.made(folder, ROWS)
        one_machine.execute(folder, PROMPTS)
        return dict(one_machine.inside("recaption", variables))


def inside() -> dict[str, Any]:
    from benchmarks.inside import call, django

    site = django()

    from django.db import connection

    from gallery.work import criteria

    stale = criteria.resolve(stale_prompt=True)
    assert len(criteria.following(stale, ROWS - 10 * MANY - 1, MANY)) == MANY
    sides = {
        "first": lambda: criteria.following(stale, 0, MANY),
        "last": lambda: criteria.following(stale, ROWS - 10 * MANY - 1, MANY),
        "page": lambda: call(site, "/gallery", "uploader=a"),
    }
    query = criteria._following({"prompts": [1]}, 0, MANY)
    explained = query.explain() if connection.vendor == "sqlite" else query.explain(format="TRADITIONAL")
    return {
        **in_turn(sides, rounds=9, times=20, clock=time.perf_counter),
        **in_turn({"count": lambda: criteria.count(stale)}, rounds=5, clock=time.perf_counter),
        "plan": " ".join(explained.split()),
    }
