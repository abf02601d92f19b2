"""A full page of pictures of all shapes, as a visitor's gallery has them: rows, and the thumbnails they show."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from tests.pictures import encoded, photo

# Mostly as cameras and phones make them; some screens, squares, and what is as wide or high as it gets.
SIZES = [
    *[(4000, 3000), (3000, 4000), (6000, 4000), (3024, 4032), (1080, 1920), (8000, 2000), (1920, 1080), (4000, 4000)],
    *[(4000, 3000), (4000, 6000), (4032, 3024), (6000, 4000), (9000, 1500), (3000, 4000), (1600, 1200), (1080, 2400)],
    *[(3000, 4000), (4000, 3000), (1920, 1080), (4000, 5000), (6000, 4000), (4000, 3000), (3840, 1646), (2000, 1700)],
]
CAPTIONS = [
    "A mountain lake lies still below jagged, snow-dusted peaks while the first light of the morning colours the sky.",
    "A tower of rock by night.",
    "Terraced hills fade into the haze as the sun sets behind them, and a narrow road winds down to a village.",
]


def insert_all(folder: Path, sizes: list[tuple[int, int]] = SIZES, author: str = "gemini-x") -> None:
    """Into the database and the storage of the machine whose data lies in `folder`; the first is the newest."""
    (folder / "media" / "thumbnails").mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "db.sqlite3")) as connection, connection:
        for number, size in enumerate(sizes):
            uuid, uploaded = f"00000000-0000-4000-9000-{number:012d}", datetime.now() - timedelta(minutes=number)
            key = f"thumbnails/{uuid}.webp"
            values = (uuid, f"uploads/{uuid}.jpg", f"{number}.jpg", key, *size, CAPTIONS[number % 3], author, "en")
            sql = (
                "INSERT INTO images (uuid, s3_key, original_name, thumbnail_key, width, height, caption, captioned_by,"
                f" caption_language, uploaded_at) VALUES ({', '.join('?' * 10)})"
            )
            connection.execute(sql, (*values, f"{uploaded:%Y-%m-%d %H:%M:%S}"))
            (folder / "media" / key).write_bytes(_thumbnail(*size, seed=number))


def _thumbnail(width: int, height: int, seed: int) -> bytes:
    """As the processors make it: its longest side has 400 pixels."""
    longest = max(width, height)
    return encoded(photo(400 * width // longest, 400 * height // longest, seed), "WEBP", method=0)
