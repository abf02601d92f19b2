"""What the worker of one machine takes while nothing is to be done, among a million pictures in SQLite."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.harness import TINY, Line, in_turn, ratio, say, size

ROWS, FEW = size(1_000_000, 1000), 1000
NOTE = (
    "CPU of one look at the queue, for its three kinds of job, and for a recaption that is open: four questions to an"
    " index. The worker looks 2.5 times a second."
)
CODE = "import sys; from benchmarks.queue import inside; print(inside())"


def lines() -> Iterator[Line]:
    taken = {rows: _look(rows) for rows in (FEW, ROWS)}
    yield ratio(f"the worker's look at an empty queue, {ROWS:,} pictures", taken[ROWS], taken[FEW], 1.5, "1,000", NOTE)
    share = taken[ROWS] * 2.5
    yield Line("… idle, of one core", "≤ 0.01", f"{share:.4f}", share <= 0.01, NOTE)


def _look(rows: int) -> float:
    """Seconds of CPU, in a process with the settings of one machine."""
    with tempfile.TemporaryDirectory() as folder:
        variables = {**os.environ, "VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=variables, check=True)
        say(f"{rows:,} rows in SQLite")
        fill(Path(folder) / "db.sqlite3", rows)
        command = [sys.executable, "-c", CODE, *(["--tiny"] if TINY else [])]
        return float(subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True).stdout)


def fill(file: Path, rows: int) -> None:
    """So many finished pictures in a database of one machine."""
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            "INSERT INTO images (uuid, s3_key, uploaded_at, visibility, thumbnail_key, captioned_by)"
            " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " SELECT printf('00000000-0000-4000-8000-%012d', i), 'uploads/' || i || '.jpg', '2026-11-01 10:00:00',"
            " 'visible', 't', 'offline' FROM n",
            (rows,),
        )
        for kind in ("thumbnail", "annotation"):
            database.execute(
                "INSERT INTO jobs (image_id, kind, state, attempts, due_at)"
                " SELECT id, ?, 'done', 1, '2026-11-01 10:00:00' FROM images",
                (kind,),
            )
        database.execute("ANALYZE")
        database.commit()


def inside() -> Any:
    from benchmarks.inside import django

    django()

    from gallery.work import queue, recaption
    from processors import records

    def look() -> None:
        assert recaption.top_up(4) == 0
        for kind in records.all_kinds():
            assert queue.due(kind, 2) == []

    return in_turn({"look": look}, rounds=9, times=50)["look"]
