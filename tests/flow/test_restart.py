"""One machine, stopped or killed while Gemini thinks and more waits: the next start finishes all; nothing is lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.flow.visitor import Visitor
from tests.flow.world import wait_for
from tests.pictures import jpeg
from tests.servers.gemini import CAPTION, GOOD, FakeGemini
from tests.servers.site import Site, manage

pytestmark = pytest.mark.server

PICTURES = 6


class Machine:
    """One machine with six pictures uploaded, Gemini at work on the first and slow."""

    def __init__(self, folder: Path, gemini: FakeGemini) -> None:
        self.database = folder / "db.sqlite3"
        gemini.say(("slow", GOOD))
        key = {"GEMINI_API_KEY": "the-key-of-one-machine", "GEMINI_ENDPOINT": gemini.url}
        self.environment = {"VAR_DIR": str(folder), "STATIC_ROOT": str(folder / "static"), **key}
        (folder / "samples-loaded").touch()
        self.prepare()
        self.site = Site(**self.environment).start()
        with Visitor(self.site.url) as visitor:
            for seed in range(PICTURES):
                visitor.upload(f"{seed}.jpg", jpeg(seed=seed))
        wait_for(lambda: self.count("annotation_state = 'running'"), what="work on a caption")

    def prepare(self) -> str:
        done = manage("prepare", **self.environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def count(self, condition: str) -> int:
        with closing(sqlite3.connect(self.database, timeout=20)) as connection:
            return int(connection.execute(f"SELECT count(*) FROM images WHERE {condition}").fetchone()[0])

    def all_done(self) -> bool:
        return self.count("thumbnail_state = 'done' AND annotation_state = 'done'") == PICTURES


@pytest.fixture
def machine(tmp_path: Path, gemini: FakeGemini) -> Iterator[Machine]:
    gemini.delay = 3.0
    machine = Machine(tmp_path, gemini)
    yield machine
    machine.site.stop()
    gemini.delay = 5.0


def test_it_works(machine: Machine, gemini: FakeGemini) -> None:
    assert not machine.all_done()
    machine.site.kill()
    gemini.say((200, GOOD))
    assert "were interrupted and go on now" in machine.prepare()
    machine.site.start()
    wait_for(machine.all_done, 60, "the rest of the work")
    with Visitor(machine.site.url) as visitor:
        assert len(visitor.pictures("/gallery")) == PICTURES
        assert visitor.get("/gallery").text.count(CAPTION["caption"]) == PICTURES
    assert "Traceback" not in machine.site.log


def test_stopped_by_systemd(machine: Machine, gemini: FakeGemini) -> None:
    machine.site.stop()
    gemini.say((200, GOOD))
    machine.prepare()
    machine.site.start()
    wait_for(machine.all_done, 60, "the rest of the work")
    assert "Traceback" not in machine.site.log


def test_killed_again_and_again(machine: Machine, gemini: FakeGemini) -> None:
    """A picture that is in work at three ends in a row is given up, in words; every other one is finished."""
    for _ in range(3):
        machine.site.kill()
        machine.prepare()
        machine.site.start()
        wait_for(lambda: machine.count("annotation_state = 'running'") or machine.all_done(), what="work on a caption")
    gemini.say((200, GOOD))
    in_work = "annotation_state IN ('queued', 'running') OR thumbnail_state IN ('queued', 'running')"
    wait_for(lambda: machine.count(in_work) == 0, 60, "the end of all work")
    assert machine.count("thumbnail_state = 'done'") == PICTURES
    given_up = machine.count("annotation_state = 'failed' AND annotation_error = 'It was interrupted too often.'")
    assert machine.count("annotation_state = 'done'") + given_up == PICTURES


def test_prepare_twice_loses_nothing(machine: Machine, gemini: FakeGemini) -> None:
    """A second `make run` beside the running site (its port is taken) must not break the first one's work."""
    gemini.say((200, GOOD))
    machine.prepare()
    wait_for(machine.all_done, 60, "the rest of the work")


def test_key_is_in_no_log(machine: Machine, gemini: FakeGemini) -> None:
    gemini.say((403, {"error": {"code": 403, "message": "the-key-of-one-machine is not good"}}))
    wait_for(lambda: machine.count("annotation_state = 'failed'"), 60, "a failure")
    assert "the-key-of-one-machine" not in machine.site.log
    assert machine.count("annotation_error LIKE '%the-key-of%'") == 0
