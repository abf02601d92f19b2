"""One machine with many pictures in SQLite, for what is asked in a process with its settings."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.harness import TINY, say


def made(folder: str, rows: int) -> dict[str, str]:
    """The environment of a machine with so many finished pictures."""
    variables = {**os.environ, "VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
    for command in (["migrate", "-v0"], ["collectstatic", "--no-input", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *command], env=variables, check=True)
    say(f"{rows:,} rows in SQLite")
    _fill(Path(folder) / "db.sqlite3", rows)
    return variables


def _fill(file: Path, rows: int) -> None:
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


def execute(folder: str, *statements: str) -> None:
    """Change its rows, and have SQLite look at them anew."""
    with closing(sqlite3.connect(Path(folder) / "db.sqlite3")) as database, database:
        for statement in (*statements, "ANALYZE"):
            database.execute(statement)


def inside(name: str, variables: dict[str, str]) -> Any:
    """What `inside()` of benchmarks/<name>.py returns there."""
    code = f"import json; from benchmarks.{name} import inside; print(json.dumps(inside()))"
    command = [sys.executable, "-c", code, *(["--tiny"] if TINY else [])]
    found = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(found.splitlines()[-1])
