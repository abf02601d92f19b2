"""Pictures whose jobs stand in each way, as rows: nothing more becomes of them."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

DAMAGED = "The picture is damaged or was cut off: it can't be decoded to its end. Copy or export it again."
PICTURES = {  # name: states of the thumbnail and the annotation, and why
    "queued": ("queued", "queued", ""),
    "running": ("done", "running", ""),
    "failed": ("failed", "failed", DAMAGED),
    "declined": ("done", "declined", "Gemini declined the picture (SAFETY)."),
    "again": ("done", "queued", "Gemini has a problem of its own (503)."),
    "paused": ("done", "paused", "The month's budget is used up."),
    "overdue": ("done", "queued", ""),
}
LONG_AGO, LATER = "2026-01-01 00:00:00", "2999-01-01 00:00:00"


def path_of(name: str) -> str:
    return f"/images/{_uuid(name)}"


def insert_all(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for name, (thumbnail, annotation, error) in PICTURES.items():
            uuid, key = _uuid(name), f"thumbnails/{_uuid(name)}.webp" if thumbnail == "done" else ""
            sql = "INSERT INTO images (uuid, s3_key, original_name, thumbnail_key, uploaded_at) VALUES (?, ?, ?, ?, ?)"
            row = (uuid, f"uploads/{uuid}.jpg", f"{name}.jpg", key, f"{datetime.now():%Y-%m-%d %H:%M:%S}")
            image = connection.execute(sql, row).lastrowid
            for kind, state in (("thumbnail", thumbnail), ("annotation", annotation)):
                sql = "INSERT INTO jobs (image_id, kind, state, attempts, due_at, error) VALUES (?, ?, ?, 3, ?, ?)"
                why = "" if state == "done" else error
                connection.execute(sql, (image, kind, state, LONG_AGO if name == "overdue" else LATER, why))


def _uuid(name: str) -> str:
    return f"00000000-0000-4000-8000-{list(PICTURES).index(name):012d}"
