"""The review among a million pictures: the next three of each choice, and a whole decision, on MariaDB and SQLite,
while few are reviewed and while most are; and in a browser, how long from the key until the next picture is painted."""

import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import one_machine, world
from benchmarks.deep_pages import ROWS
from benchmarks.harness import TINY, Line, at_most, in_turn, ratio, say, short, size

PAGE, EVERY, HELD = "the gallery's page", size(1000, 20), 3
NOTE = (
    f"Time on the clock. Of every {EVERY:,} captions one has failed, one is reported, one waits to be shown, and one"
    " has the rare tag; every second one has the frequent tag."
)
OTHERS = "Nobody waits for it: the browser asks for the next pictures while one is looked at."
DECISION = "“Accept”, answered with the pictures that come next, which the browser does not wait for."
BROWSER = "Headless Chromium and the site share the processor, without a graphics card."
# Which pictures are what; the same words on both engines.
PREPARE = (
    "UPDATE images SET captioned_by = CASE WHEN id % 2 = 0 THEN 'model-b' ELSE 'model-a' END,"
    " prompt_id = CASE WHEN id % 2 = 0 THEN 1 ELSE 2 END, caption = 'A red square.',"
    f" visibility = CASE WHEN id % {EVERY} = 3 THEN 'waiting' ELSE 'visible' END",
    f"UPDATE jobs SET state = 'failed' WHERE kind = 'annotation' AND image_id % {EVERY} = 4",
    "INSERT INTO image_tags (image_id, name) SELECT id, 'frequent' FROM images WHERE id % 2 = 0",
    f"INSERT INTO image_tags (image_id, name) SELECT id, 'rare' FROM images WHERE id % {EVERY} = 5",
    f"INSERT INTO image_tags (image_id, name) SELECT id, 'reviewed' FROM images WHERE id % {EVERY} = {EVERY - 1}",
    "INSERT INTO reports (image_id, reason, created_at, settled_at) SELECT id, '', uploaded_at,"
    f" CASE WHEN id % {EVERY} = 6 THEN NULL ELSE uploaded_at END FROM images WHERE id % 10 = 6",
)
STATES = {
    "few reviewed": f"UPDATE images SET review = CASE WHEN id % {EVERY} = {EVERY - 1} THEN '' ELSE 'due' END",
    "most reviewed": "UPDATE images SET verdict = CASE WHEN id % 100 < 10 THEN '' ELSE 'accepted' END,"
    " review = CASE WHEN id % 100 < 10 THEN 'due' ELSE '' END",
}
# What the other benchmarks know nothing of.
CLEAN = (
    *(f"DELETE FROM {table}" for table in ("image_tags", "reports", "review_claims", "annotations")),
    "UPDATE jobs SET state = 'done'",
    "UPDATE images SET visibility = 'visible' WHERE visibility = 'waiting'",
)
TABLES = ("images", "jobs", "image_tags", "reports")


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    production = world.production()
    yield from _lines("MariaDB", _mariadb, lambda: world.inside("review"))
    production.mariadb.execute(f"USE {production.database}", *CLEAN)
    with TemporaryDirectory() as folder:
        variables = one_machine.made(folder, ROWS)
        one_machine.execute(folder, "UPDATE images SET uploaded_at = datetime('2026-01-01', (id / 3) || ' seconds')")
        change = partial(one_machine.execute, folder)
        yield from _lines("SQLite", change, lambda: dict(one_machine.inside("review", variables)))
    yield _in_a_browser(size(100, 5))


def _in_a_browser(count: int) -> Line:
    from playwright.sync_api import sync_playwright

    from tests.browser.reviewed import Reviewing, accept_all, reviewed

    say(f"{count} captions by keys in a browser")
    with (
        TemporaryDirectory() as folder,
        reviewed(Path(folder), count) as site,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = chromium.new_page(base_url=site.url)
        Reviewing(chromium, site).open(page, count)
        times = accept_all(page, count)
        chromium.close()
    what = f"review, from “Accept” until the next picture is painted, median of {count}"
    return at_most(what, median(times), 100, "ms", BROWSER)


def _lines(engine: str, execute: Callable[..., None], ask: Callable[[], dict[str, float]]) -> Iterator[Line]:
    say(f"models, prompts, tags and reports in {engine}")
    execute(*PREPARE)
    for state, statement in STATES.items():
        say(state)
        execute(statement)
        found = ask()
        page, decision = found.pop("page"), found.pop("decision")
        what = f"review, the next {HELD} of {ROWS:,} pictures, {state}, {engine}"
        yield ratio(what, found.pop("unreviewed"), page, 20, PAGE, NOTE)
        slowest = max(found, key=lambda name: found[name])
        what = f"… the slowest of {len(found)} other choices: {slowest}"
        yield at_most(what, found[slowest] * 1000, 100, "ms", OTHERS)
        times = f"{decision / page:.1f} x {PAGE} ({short(decision)} to {short(page)})"
        yield Line("… a whole decision", "", times, None, DECISION)
        say(", ".join(f"{name} {short(seconds)}" for name, seconds in found.items()))


def _mariadb(*statements: str) -> None:
    production = world.production()
    analyze = f"ANALYZE TABLE {', '.join(TABLES)}"
    production.mariadb.execute(f"USE {production.database}", *statements, analyze)


def inside() -> dict[str, float]:
    from benchmarks.inside import call, django

    site = django()

    from datetime import date

    from gallery.review import claims
    from gallery.review.choice import Choice

    choices = {
        "unreviewed": Choice(),
        "by model": Choice(model="model-b"),
        "by prompt": Choice(prompt=1),
        "by a rare tag": Choice(tag="rare"),
        "by a frequent tag": Choice(tag="frequent"),
        "by a tag of reviewed ones": Choice(tag="reviewed"),
        "by date": Choice(since=date(2026, 1, 1 if TINY else 3)),
        "failed": Choice("failed"),
        "reported": Choice("reported"),
        "waiting": Choice("waiting"),
    }
    sides = {
        name: lambda chosen=chosen: list(claims.free(chosen.images(), "me")[:HELD]) for name, chosen in choices.items()
    }
    sides["page"] = lambda: call(site, "/gallery", "uploader=a")
    taken = in_turn(sides, rounds=5, times=5, clock=time.perf_counter)
    left = in_turn({"how many are left": lambda: Choice().left()}, rounds=5, clock=time.perf_counter)
    return {**taken, **left, "decision": _decisions()}


def _decisions() -> float:
    """Of a click on "Accept", answered with the pictures that come next: the median of some."""
    from django.test import Client

    from benchmarks.inside import moderator
    from gallery.review import words
    from gallery.review.choice import Choice

    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = moderator().partition("=")[2]
    assert client.get("/review").status_code == 200
    taken = []
    for _ in range(size(20, 2)):
        image = Choice().images()[0]
        now = words.current(image)
        form = {"caption": now.caption, "alt_text": now.alt_text, "tags": ", ".join(now.tags), "text": now.text}
        form |= {"action": "accept", "image": image.pk, "shown": words.shown(image)}
        start = time.perf_counter()
        answer = client.post("/review", form, headers={"X-Requested-With": "XMLHttpRequest"})
        taken.append(time.perf_counter() - start)
        assert answer.status_code == 200, answer.text
    return median(taken)
