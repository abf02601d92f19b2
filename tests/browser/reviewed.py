"""A site with pictures whose captions nobody has checked, and real files for them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path

from tests.browser.moderated import moderated
from tests.pictures import encoded, photo
from tests.servers.site import Site

SIZES = ((1600, 1067), (1067, 1600), (1600, 400), (900, 900))
MODEL = {
    "CAPTION_URL": "http://127.0.0.1:9/v1",
    "CAPTION_MODEL": "qwen",
    "CAPTION_API_KEY": "x",
    "CAPTION_PRICE": "0.30/2.50",
}


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
