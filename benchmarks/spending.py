"""The spending page with a million requests in the ledger, beside the gallery's page for the same moderator."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from benchmarks import world
from benchmarks.deep_pages import ROWS
from benchmarks.harness import Line, in_turn, ratio, say, short

PAGE = "/admin/gallery/budget/"
BESIDE = "the gallery's page for a moderator"
NOTE = (
    "A million requests in the ledger, spread over twelve months, to two models by three prompts. Time on the clock."
    " Days that are over are kept by the process, as they change no more; the last ones are summed up each time."
)


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    say(f"{ROWS:,} rows in the ledger")
    world.production().mariadb.execute(f"USE {world.production().database}", *_ledger())
    say("calling the pages in turn")
    found = world.inside("spending")
    what = f"spending of this month, {ROWS:,} requests in the ledger"
    yield ratio(what, found["today"], found["gallery"], 10, BESIDE, NOTE)
    first = f"{found['month'] / found['gallery']:.0f} x {BESIDE} ({short(found['month'])})"
    yield Line("… a month for the first time", "", first, None, NOTE)
    plan = found["plan"]
    what = f"… its query, of {ROWS // 12:,} rows"
    yield Line(what, "the index alone", f"{short(found['query'])}: {plan}", _index_alone(plan))
    queries = found["queries"]
    yield Line("… queries", "≤ 11, whatever there is", ", ".join(map(str, queries)), max(queries) <= 11)


def _index_alone(plan: str) -> bool:
    return "annotations_spending" in plan and "Using index" in plan


def _ledger() -> list[str]:
    return [
        "DELETE FROM annotations",
        f"""INSERT INTO annotations (author, tags, model, prompt_id, outcome, cost_usd, created_at)
            SELECT 'model', '[]', IF(seq % 3, 'gemini-3.5-flash-lite', 'gemini-3.8-flash'), 1 + seq % 3,
              COALESCE(ELT(1 + seq % 40, 'unknown', 'declined'), 'caption'), 0.0005 + seq % 100 / 1000000,
              UTC_TIMESTAMP() - INTERVAL seq * {365 * 86400 // ROWS} SECOND
            FROM seq_1_to_{ROWS}""",
        "ANALYZE TABLE annotations",
    ]


def inside() -> dict[str, Any]:
    from benchmarks.inside import call, django, moderator, queries

    site = django()

    from django.core.cache import cache

    from gallery import spending

    cookie, asked = moderator(), []
    last = spending.first_day(spending.this_month()) - timedelta(days=1)
    former = f"{PAGE}?month={last:%Y-%m}"
    for page in (PAGE, PAGE, former, former):
        with queries() as sent:
            call(site, page, cookie)
        asked.append(len(sent))
    month = spending._grouped(last.replace(day=1), last)
    sides = {"today": lambda: call(site, PAGE, cookie), "gallery": lambda: call(site, "/gallery", cookie)}
    slow = {"month": lambda: (cache.clear(), call(site, former, cookie)), "query": lambda: list(month.all())}
    return {
        **in_turn(sides, rounds=7, times=10, clock=time.perf_counter),
        **in_turn(slow, rounds=5, clock=time.perf_counter),
        "plan": " ".join(month.explain(format="TRADITIONAL").split()),
        "queries": asked,
    }
