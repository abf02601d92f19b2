"""Which captions are stale, among a million pictures: counted, and the next hundred chosen, on MariaDB and SQLite."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import world
from benchmarks.deep_pages import ROWS
from benchmarks.harness import TINY, Line, in_turn, ratio, say, short, size
from benchmarks.queue import fill as fill_sqlite

PAGE, MANY = "the gallery's page", size(100, 10)
NOTE = (
    "Every tenth caption was written by a former prompt. Time on the clock; the index holds the prompt and the"
    " id. The pictures are chosen behind the last that was looked at, so that the end takes as long as the beginning."
)
CODE = "import json; from benchmarks.recaption import inside; print(json.dumps(inside()))"
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
    """In a process with the settings of one machine."""
    import json
    import sqlite3
    from contextlib import closing

    with tempfile.TemporaryDirectory() as folder:
        variables = {**os.environ, "VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=variables, check=True)
        subprocess.run([sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"], env=variables, check=True)
        say(f"{ROWS:,} rows in SQLite")
        file = Path(folder) / "db.sqlite3"
        fill_sqlite(file, ROWS)
        with closing(sqlite3.connect(file)) as database:
            database.execute(PROMPTS)
            database.execute("ANALYZE")
            database.commit()
        command = [sys.executable, "-c", CODE, *(["--tiny"] if TINY else [])]
        found = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True).stdout
        return dict(json.loads(found.splitlines()[-1]))


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
