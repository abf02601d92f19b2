"""The spending page with a million requests in the ledger, beside the gallery's page for the same moderator."""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks import world
from benchmarks.deep_pages import ROWS
from benchmarks.harness import Line, in_turn, ratio, say, short

PAGE = "/admin/gallery/budget/?month=2026-"
MONTHS = 12
BESIDE = "the gallery's page for a moderator"
NOTE = (
    f"A million requests in the ledger, spread over {MONTHS} months, to two models by three prompts. Time on the clock:"
    " the month's part of an index is read and summed up, so that it grows with the requests of that month alone."
)


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    say(f"{ROWS:,} rows in the ledger")
    world.production().mariadb.execute(f"USE {world.production().database}", *_ledger())
    say("calling the pages in turn")
    found = world.inside("spending")
    yield ratio(
        f"spending in a month, of {ROWS:,} requests in a year", found["month"], found["gallery"], 40, BESIDE, NOTE
    )
    yield Line("… a month without any", "", f"{found['empty'] / found['gallery']:.1f} x {BESIDE}", None, NOTE)
    yield Line("… its query", "", f"{short(found['query'])}: {found['plan']}", "Using index" in found["plan"])
    queries = found["queries"]
    yield Line("… queries of any month", "the same number", " and ".join(map(str, queries)), len(set(queries)) == 1)


def _ledger() -> list[str]:
    return [
        "DELETE FROM annotations",
        f"""INSERT INTO annotations (author, tags, model, prompt_id, outcome, cost_usd, created_at)
            SELECT 'model', '[]', IF(seq % 3, 'gemini-3.5-flash-lite', 'gemini-3.8-flash'), 1 + seq % 3,
              COALESCE(ELT(1 + seq % 40, 'unknown', 'declined'), 'caption'), 0.0005 + seq % 100 / 1000000,
              '2026-01-01' + INTERVAL seq * {365 * 86400 // ROWS} SECOND
            FROM seq_1_to_{ROWS}""",
        "ANALYZE TABLE annotations",
    ]


def inside() -> dict[str, Any]:
    from benchmarks.inside import call, django, moderator, queries

    site = django()

    from gallery import spending

    cookie, asked = moderator(), []
    for month in ("05", "05", "06"):
        with queries() as sent:
            call(site, f"{PAGE}{month}", cookie)
        asked.append(len(sent))
    sides = {
        "month": lambda: call(site, f"{PAGE}05", cookie),
        "empty": lambda: call(site, "/admin/gallery/budget/?month=2025-05", cookie),
        "gallery": lambda: call(site, "/gallery", cookie),
        "query": lambda: spending.rows_of("2026-05"),
    }
    return {
        **in_turn(sides, rounds=7, times=3, clock=time.perf_counter),
        "plan": " ".join(spending._grouped("2026-05").explain(format="TRADITIONAL").split()),
        "queries": asked[1:],
    }
