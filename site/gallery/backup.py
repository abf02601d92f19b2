"""A copy of one machine's database and pictures in a folder, and the way back."""

import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

from gallery.storage import ARRIVING

DATABASE, MEDIA = "db.sqlite3", "media"


def copy_database(target: Path) -> None:
    """The database as it is at this moment, while others go on writing (SQLite, "Online Backup API")."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(settings.VAR_DIR / DATABASE)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def back_up(folder: Path) -> tuple[int, int]:
    """Database and files into an empty folder; returns how many pictures and files. First the database: a file that
    comes later is only one too many. A picture that is deleted meanwhile is taken out of the copy."""
    copy_database(folder / DATABASE)
    files = _copy_files(settings.VAR_DIR / MEDIA, folder / MEDIA)
    with closing(sqlite3.connect(settings.VAR_DIR / DATABASE)) as database:
        here = {pk for pk, _ in _pictures(database)}
    with closing(sqlite3.connect(folder / DATABASE)) as copy:
        gone = [(pk,) for pk, key in _pictures(copy) if pk not in here and not (folder / MEDIA / key).exists()]
        copy.executemany("UPDATE annotations SET image_id = NULL WHERE image_id = ?", gone)
        for table in ("jobs", "image_tags", "translations", "reports"):
            copy.executemany(f"DELETE FROM {table} WHERE image_id = ?", gone)  # noqa: S608
        copy.executemany("DELETE FROM images WHERE id = ?", gone)
        copy.commit()
        return len(_pictures(copy)), files


def restore(folder: Path) -> tuple[int, int]:
    """What `back_up` wrote, in place of what is in VAR_DIR; that is kept beside it, under a name with the time."""
    kept = settings.VAR_DIR / f"before-restore-{datetime.now():%Y-%m-%d-%H%M%S-%f}"
    kept.mkdir(parents=True)
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", MEDIA):
        if (settings.VAR_DIR / name).exists():
            (settings.VAR_DIR / name).rename(kept / name)
    shutil.copyfile(folder / DATABASE, settings.VAR_DIR / DATABASE)
    files = _copy_files(folder / MEDIA, settings.VAR_DIR / MEDIA)
    with closing(sqlite3.connect(settings.VAR_DIR / DATABASE)) as database:
        return len(_pictures(database)), files


def _pictures(database: sqlite3.Connection) -> list[tuple[int, str]]:
    """Ids and object keys of the pictures whose original was seen whole."""
    return database.execute("SELECT id, s3_key FROM images WHERE visibility <> 'arriving'").fetchall()


def _copy_files(source: Path, target: Path) -> int:
    """Every file below `source`; one that is deleted in this moment is left out."""
    copied = []

    def copy(one: str, other: str) -> None:
        with suppress(FileNotFoundError):
            copied.append(shutil.copyfile(one, other))

    if source.exists():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{ARRIVING}*"), copy_function=copy)
    return len(copied)
