"""`manage.py backup` and `restore`, by restoring: on one machine, with the commands as a person types them."""

import fcntl
import sqlite3
from pathlib import Path

import pytest

from gallery import backup
from tests.servers.site import manage

pytestmark = pytest.mark.server


class Machine:
    def __init__(self, folder: Path) -> None:
        self.folder, self.environment = folder, {"VAR_DIR": str(folder), "STATIC_ROOT": str(folder / "static")}

    def manage(self, *arguments):
        return manage(*map(str, arguments), **self.environment)

    def query(self, sql):
        with sqlite3.connect(self.folder / "db.sqlite3") as database:
            return database.execute(sql).fetchall()

    def files(self):
        media = self.folder / "media"
        return {path.relative_to(media): path.read_bytes() for path in media.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    """A machine with the sample pictures."""
    machine = Machine(tmp_path_factory.mktemp("var"))
    assert machine.manage("prepare").returncode == 0
    return machine


def test_restored_on_another_machine(sampled, tmp_path):
    done = sampled.manage("backup", tmp_path / "backup")
    assert "Pictures: 9; files: 27." in done.stdout, done.stderr
    other = Machine(tmp_path / "other")
    done = other.manage("restore", tmp_path / "backup")
    assert "Pictures: 9; files: 27." in done.stdout, done.stderr
    assert other.query("SELECT * FROM images") == sampled.query("SELECT * FROM images")
    assert other.query("SELECT * FROM jobs") == sampled.query("SELECT * FROM jobs")
    assert other.files() == sampled.files()


def test_what_was_there_before_is_kept(sampled, tmp_path):
    sampled.manage("backup", tmp_path / "backup")
    other = Machine(tmp_path / "other")
    assert other.manage("prepare").returncode == 0
    before = other.files()
    assert "before-restore" in other.manage("restore", tmp_path / "backup").stdout
    other.manage("restore", tmp_path / "backup")
    first = min(other.folder.glob("before-restore-*"))
    kept = first / "media"
    assert {path.relative_to(kept): path.read_bytes() for path in kept.rglob("*") if path.is_file()} == before
    assert (first / "db.sqlite3").exists()


def test_refusals_in_words(sampled, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    assert "is not empty" in sampled.manage("backup", tmp_path / "full").stderr
    assert "is no backup" in sampled.manage("restore", tmp_path / "full").stderr
    assert len(sampled.query("SELECT id FROM images")) == 9


def test_restore_beside_a_running_site_is_refused(sampled, tmp_path):
    sampled.manage("backup", tmp_path / "backup")
    with (sampled.folder / "worker.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "stop it first. Nothing was changed." in sampled.manage("restore", tmp_path / "backup").stderr
    assert not list(sampled.folder.glob("before-restore-*"))


def test_a_picture_that_is_deleted_meanwhile_is_in_neither(sampled, tmp_path, settings, monkeypatch):
    settings.VAR_DIR = tmp_path / "var"
    assert Machine(settings.VAR_DIR).manage("prepare").returncode == 0
    with sqlite3.connect(settings.VAR_DIR / "db.sqlite3") as database:
        database.execute("INSERT INTO translations (image_id, language, tags) SELECT id, 'de', '[]' FROM images")
        database.execute("INSERT INTO reports (image_id) SELECT id FROM images")
    copy_files = backup._copy_files

    def delete_first(source, target):
        with sqlite3.connect(settings.VAR_DIR / "db.sqlite3") as database:
            (pk, key) = database.execute("SELECT id, s3_key FROM images").fetchone()
            (source / key).unlink()
            for table, column in (("jobs", "image_id"), ("images", "id")):
                database.execute(f"DELETE FROM {table} WHERE {column} = ?", (pk,))
        return copy_files(source, target)

    monkeypatch.setattr(backup, "_copy_files", delete_first)
    assert backup.back_up(tmp_path / "backup")[0] == 8
    with sqlite3.connect(tmp_path / "backup" / "db.sqlite3") as copy:
        keys = [key for (key,) in copy.execute("SELECT s3_key FROM images")]
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
    assert len(keys) == 8
    assert all((tmp_path / "backup" / "media" / key).exists() for key in keys)
