"""A site with pictures whose captions nobody has checked, and real files for them."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.moderated import log_in, moderated, run
from tests.pictures import encoded, photo
from tests.servers.site import Site

SIZES = ((1600, 1067), (1067, 1600), (1600, 400), (900, 900))
MODEL = {
    "CAPTION_URL": "http://127.0.0.1:9/v1",
    "CAPTION_MODEL": "qwen",
    "CAPTION_API_KEY": "x",
    "CAPTION_PRICE": "0.30/2.50",
}

VERDICTS = "SELECT id, verdict FROM images WHERE verdict <> '' ORDER BY id"
# What a model says of picture 1, which was accepted before.
PROPOSAL = """
UPDATE images SET verdict = 'accepted', reviewed_at = '2026-11-02 10:00:00', text = 'OLD' WHERE id = 1;
INSERT INTO annotations (image_id, author, model, caption, alt_text, tags, text, language, outcome, created_at)
 VALUES (1, 'model', 'qwen', 'A dam.', 'Dam', '["dam"]', 'EXIT', 'en', 'caption', '2026-11-03 10:00:00');
"""
# How long from the key until the next picture is painted: two frames after it is decoded and shown.
CLOCK = """() => {
  [window.times, window.keys] = [[], 0];
  const first = () => document.querySelector("#pictures > .seen");
  addEventListener("keydown", () => {
    keys += 1;
    const [from, before] = [performance.now(), first()];
    const look = async () => {
      if (!first() || first() === before) return requestAnimationFrame(look);
      await first().querySelector("img")?.decode();
      requestAnimationFrame(() => requestAnimationFrame(() => times.push(performance.now() - from)));
    };
    requestAnimationFrame(look);
  }, true);
}"""
READY = "left => document.querySelectorAll('#pictures > .seen').length >= Math.min(left, 3)"


class Reviewing:
    """The site before somebody who is logged in."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site = site
        context = browser.new_context(base_url=site.url)
        log_in(context.new_page(), "/about")
        self.cookies: Any = context.cookies()
        context.close()
        self.session = self.asked("SELECT session_data FROM django_session")[0]

    @property
    def folder(self) -> Path:
        return Path(self.site.environment["VAR_DIR"])

    def open(self, page: Page, count: int, sql: str = "") -> Page:
        """The review of so many pictures, as somebody sees it who has done nothing yet."""
        rows(self.folder, count)
        run(self.site, f"UPDATE django_session SET session_data = '{self.session}'; {sql}")
        page.context.add_cookies(self.cookies)
        page.goto("/review")
        return page

    def asked(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as connection:
            return [row[0] if len(row) == 1 else row for row in connection.execute(sql)]

    def until(self, sql: str, expected: Any) -> None:
        """What was sent in the background has arrived."""
        end = time.monotonic() + 10
        while (found := self.asked(sql)) != expected and time.monotonic() < end:
            time.sleep(0.05)
        assert found == expected


def shown(page: Page) -> Locator:
    """The picture before the moderator."""
    return page.locator("#pictures > .seen").first


def expect_shown(page: Page, number: int) -> None:
    expect(shown(page)).to_have_attribute("data-id", str(number))
    expect(shown(page)).to_be_visible()


def accept_all(page: Page, count: int) -> list[float]:
    """By one key for each: how many milliseconds each took until the next picture was painted. The two after it are
    there before the key is pressed, as after a look at the picture."""
    page.evaluate(CLOCK)
    for number in range(1, count + 1):
        page.wait_for_function(READY, arg=count + 1 - number)
        page.keyboard.press("Enter")
        page.wait_for_function("number => times.length === number", arg=number)
    return list(page.evaluate("times"))


def uuid_of(number: int) -> str:
    return f"00000000-0000-4000-9000-{number:012d}"


def fill(folder: Path, count: int) -> None:
    """Picture 1 to `count`, in this order, each described by a model; a handful of files serve all."""
    rows(folder, count)
    _write(folder / "media", count)


def rows(folder: Path, count: int) -> None:
    """The same without the files, in place of all rows that are there."""
    with closing(sqlite3.connect(folder / "db.sqlite3", timeout=20)) as connection, connection:
        for table in ("reports", "review_claims", "annotations", "image_tags", "jobs", "images"):
            connection.execute(f"DELETE FROM {table}")
        for number in range(1, count + 1):
            _insert(connection, number)


@contextmanager
def reviewed(folder: Path, count: int, sql: str = "", **settings: str) -> Iterator[Site]:
    """Such a site, running, with an account; `sql` comes after the pictures."""
    with moderated(folder, "", **{**MODEL, **settings}) as site:
        fill(folder, count)
        with closing(sqlite3.connect(folder / "db.sqlite3", timeout=20)) as connection:
            connection.executescript(sql)
        yield site


def _insert(connection: sqlite3.Connection, number: int) -> None:
    uuid, when = uuid_of(number), f"2026-11-01 10:{number // 60:02d}:{number % 60:02d}"
    image = (number, uuid, f"uploads/{uuid}.jpg", f"{number}.jpg", f"thumbnails/{uuid}.webp", when)
    sql = (
        "INSERT INTO images (id, uuid, s3_key, original_name, thumbnail_key, uploaded_at, caption, alt_text, text,"
        " captioned_by, caption_language, review) VALUES (?, ?, ?, ?, ?, ?, ?, 'Hills', '', 'qwen', 'en', 'due')"
    )
    connection.execute(sql, (*image, f"Hills behind a lake, {number}."))
    for kind in ("thumbnail", "annotation"):
        sql = "INSERT INTO jobs (image_id, kind, state, due_at) VALUES (?, ?, 'done', ?)"
        connection.execute(sql, (number, kind, when))
    connection.executemany(
        "INSERT INTO image_tags (image_id, name) VALUES (?, ?)", [(number, "hill"), (number, "lake")]
    )
    sql = (
        "INSERT INTO annotations (image_id, author, model, caption, alt_text, tags, language, outcome, cost_usd,"
        " latency_ms, created_at) VALUES (?, 'model', 'qwen', ?, 'Hills', ?, 'en', 'caption', 0.0005, 412, ?)"
    )
    connection.execute(sql, (number, f"Hills behind a lake, {number}.", '["hill", "lake"]', when))


def _write(media: Path, count: int) -> None:
    for name in ("previews", "thumbnails"):
        (media / name).mkdir(parents=True, exist_ok=True)
    made = [photo(*size, seed) for seed, size in enumerate(SIZES)]
    previews = [encoded(image, "WEBP", quality=80, method=0) for image in made]
    small = [encoded(image.resize((image.width // 4, image.height // 4)), "WEBP", quality=70) for image in made]
    for number, preview, thumbnail in zip(range(1, count + 1), cycle(previews), cycle(small), strict=False):
        (media / f"previews/{uuid_of(number)}.webp").write_bytes(preview)
        (media / f"thumbnails/{uuid_of(number)}.webp").write_bytes(thumbnail)
