"""One machine loses nothing: killed in the middle of the work, it goes on at the next start. No key, no model."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.flow.visitor import Visitor
from tests.flow.world import wait_for
from tests.pictures import jpeg
from tests.servers.site import Site, empty_machine, manage

pytestmark = pytest.mark.server


def query(database: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        return connection.execute(sql).fetchall()


def test_it_works(tmp_path: Path) -> None:
    environment = empty_machine(tmp_path / "var")
    site = Site(**environment).start()
    with Visitor(site.url) as visitor:
        for seed in range(6):
            visitor.upload(f"{seed}.jpg", jpeg(seed=seed))
    site.kill()
    database = tmp_path / "var" / "db.sqlite3"  # as if it had been killed in the middle of everything
    query(database, "UPDATE jobs SET state = 'running', attempts = 1, due_at = '2999-01-01' WHERE image_id % 2 = 0")
    query(database, "UPDATE jobs SET state = 'queued', attempts = 0 WHERE image_id % 3 = 0 AND kind = 'annotation'")
    query(database, "UPDATE jobs SET due_at = '2026-01-01' WHERE state = 'queued'")
    assert manage("prepare", **environment).returncode == 0
    site.start()
    wait_for(lambda: query(database, "SELECT DISTINCT state FROM jobs") == [("done",)], what="the rest of the work")
    gallery = requests.get(site.url + "/gallery", timeout=10).text
    site.stop()
    assert "Jobs that were interrupted and go on now: 5" in site.log
    assert gallery.count("<img") == 6
