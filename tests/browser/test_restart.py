"""One machine loses nothing: killed in the middle of the work, it goes on at the next start."""

import sqlite3
import time
from pathlib import Path

import pytest
import requests

from tests.pictures import jpeg
from tests.servers.site import Site, manage

pytestmark = pytest.mark.server


def states(database: Path) -> set[tuple[str, str]]:
    with sqlite3.connect(database) as connection:
        found = set(connection.execute("SELECT thumbnail_state, annotation_state FROM images").fetchall())
    connection.close()
    return found


def test_it_works(tmp_path: Path) -> None:
    environment = {"VAR_DIR": str(tmp_path / "var"), "STATIC_ROOT": str(tmp_path / "static")}
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "samples-loaded").touch()
    assert manage("prepare", **environment).returncode == 0
    site = Site(**environment).start()
    with requests.Session() as session:
        session.get(site.url + "/")
        token = {"X-CSRFToken": session.cookies["csrftoken"]}
        for seed in range(6):
            sent = session.post(site.url + "/", files={"files": (f"{seed}.jpg", jpeg(seed=seed))}, headers=token)
            assert sent.status_code == 200
    database = tmp_path / "var" / "db.sqlite3"
    site.kill()
    with sqlite3.connect(database) as connection:  # as if it had been killed in the middle of everything
        connection.execute("UPDATE images SET thumbnail_state = 'running', thumbnail_attempts = 1 WHERE id % 2 = 0")
        connection.execute("UPDATE images SET annotation_state = 'queued', annotation_attempts = 0 WHERE id % 3 = 0")
    connection.close()
    again = manage("prepare", **environment)
    assert "were interrupted and go on now" in again.stdout
    site.start()
    end = time.monotonic() + 30
    while states(database) != {("done", "done")} and time.monotonic() < end:
        time.sleep(0.2)
    gallery = requests.get(site.url + "/gallery", timeout=10).text
    site.stop()
    assert states(database) == {("done", "done")}
    assert gallery.count("<img") == 6
