"""The page about the quality of captions with a million rows in the ledger and a hundred thousand reviews, beside the
gallery's page for the same moderator."""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks import world
from benchmarks.deep_pages import ROWS
from benchmarks.harness import Line, in_turn, ratio, say, short

PAGE, PROMPTS = "/admin/gallery/reviewsample/", "/admin/gallery/prompt/"
REVIEWS = ROWS // 10
BESIDE = "the gallery's page for a moderator"
NOTE = (
    f"{ROWS:,} captions in the ledger by two models and three prompts, and {REVIEWS:,} reviews of them, spread over"
    " twelve months: every fifth an edit, every hundredth undone. Time on the clock. What was spent on days that are"
    " over is kept by the process; reviews are counted anew each time, as each can be undone."
)


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    say(f"{ROWS:,} captions and {REVIEWS:,} reviews in the ledger")
    world.production().mariadb.execute(f"USE {world.production().database}", *_ledger())
    say("calling the pages in turn")
    found = world.inside("captions_quality")
    world.production().mariadb.execute(f"USE {world.production().database}", "DELETE FROM annotations")
    what = f"quality of captions, 30 days of {REVIEWS:,} reviews in a year"
    yield ratio(what, found["30"], found["gallery"], 40, BESIDE, NOTE)
    yield ratio("… 90 days", found["90"], found["gallery"], 100, BESIDE, NOTE)
    yield ratio("… all of them", found["all"], found["gallery"], 400, BESIDE, NOTE)
    yield ratio("… the prompts' list, with all of them", found["prompts"], found["gallery"], 300, BESIDE, NOTE)
    plan = found["plan"]
    what = f"… its query, of {REVIEWS:,} reviews"
    yield Line(what, "by the index of verdicts", f"{short(found['query'])}: {plan}", _by_index(plan))
    queries = found["queries"]
    yield Line("… queries", "≤ 9, whatever there is", ", ".join(map(str, queries)), max(queries) <= 9)


def _by_index(plan: str) -> bool:
    return "annotations_verdict" in plan and "DEPENDENT" not in plan


def _ledger() -> list[str]:
    day = "UTC_TIMESTAMP() - INTERVAL"
    return [
        "DELETE FROM annotations",
        "ALTER TABLE annotations AUTO_INCREMENT = 1",
        f"""INSERT INTO annotations
              (id, author, tags, model, prompt_id, outcome, cost_usd, caption, alt_text, created_at)
            SELECT seq, 'model', '["red", "square", "table"]',
              IF(seq % 3, 'gemini-3.5-flash-lite', 'gemini-3.8-flash'), 1 + seq % 3,
              COALESCE(ELT(1 + seq % 40, 'unknown', 'declined'), 'caption'), 0.0005,
              CONCAT('A red square on a wooden table beside a window, seen from above, number ', seq, '.'),
              'Red square on a table', {day} seq * {365 * 86400 // ROWS} SECOND
            FROM seq_1_to_{ROWS}""",
        f"""INSERT INTO annotations (id, author, tags, model, outcome, verdict, judged_id, distance, created_at)
            SELECT {ROWS} + seq, 'person', '[]', '', IF(seq % 5, 'review', 'caption'),
              IF(seq % 5, IF(seq % 20 = 1, 'rewritten', 'accepted'), 'edited'), seq * 9, IF(seq % 5, NULL, seq % 50),
              {day} seq * {365 * 86400 // REVIEWS} SECOND
            FROM seq_1_to_{REVIEWS}""",
        f"""INSERT INTO annotations (author, tags, model, outcome, verdict, judged_id, created_at)
            SELECT 'person', '[]', '', 'review', 'undone', {ROWS} + seq * 100,
              {day} seq * {365 * 86400 * 100 // REVIEWS} SECOND
            FROM seq_1_to_{REVIEWS // 100}""",
        "ANALYZE TABLE annotations",
    ]


def inside() -> dict[str, Any]:
    from benchmarks.inside import call, django, moderator, queries

    site = django()

    from gallery import quality

    cookie, asked = moderator(), []
    for period in ("30", "30", "all", "all"):
        with queries() as sent:
            call(site, f"{PAGE}?days={period}", cookie)
        asked.append(len(sent))
    sides = {days: lambda days=days: call(site, f"{PAGE}?days={days}", cookie) for days in ("30", "90", "all")}
    sides |= {"gallery": lambda: call(site, "/gallery", cookie), "prompts": lambda: call(site, PROMPTS, cookie)}
    verdicts = quality.effective(quality.ALWAYS).values_list("judged__model", "judged__prompt", "verdict")
    return {
        **in_turn(sides, rounds=5, clock=time.perf_counter),
        **in_turn({"query": lambda: quality._reviewed(quality.ALWAYS)}, rounds=5, clock=time.perf_counter),
        "plan": " ".join(verdicts.explain(format="TRADITIONAL").split()),
        "queries": asked,
    }
