"""One machine, stopped or killed while Gemini thinks and more waits: whoever works next finishes all; nothing is lost,
and nothing goes on for ever."""

import base64
import io
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from PIL import Image

from processors.records import TOO_OFTEN, TRIES
from tests.flow.visitor import Visitor
from tests.flow.world import wait_for
from tests.pictures import jpeg
from tests.servers.gemini import CAPTION, GOOD, FakeGemini
from tests.servers.site import Site, empty_machine, manage

pytestmark = pytest.mark.server

PICTURES = 6
RUNNING = "kind = 'annotation' AND state = 'running'"
WIDE = "SELECT id FROM images WHERE width > 3 * height"  # the picture of `poison`
OPEN = "state IN ('queued', 'running')"


class Machine:
    """One machine, running, with nothing in it."""

    def __init__(self, folder: Path, gemini: FakeGemini, **extra: str) -> None:
        self.database = folder / "db.sqlite3"
        key = {"GEMINI_API_KEY": "the-key-of-one-machine", "GEMINI_ENDPOINT": gemini.url}
        self.environment = empty_machine(folder, **key, **extra)
        self.site = Site(**self.environment).start()

    def prepare(self) -> str:
        done = manage("prepare", **self.environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def upload(self, *bodies: bytes) -> None:
        with Visitor(self.site.url) as visitor:
            for number, body in enumerate(bodies):
                visitor.upload(f"{number}.jpg", body)

    def query(self, sql: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(self.database, timeout=20)) as connection, connection:
            return connection.execute(sql, values).fetchall()

    def count(self, condition: str) -> int:
        """How many jobs are so."""
        return int(self.query(f"SELECT count(*) FROM jobs WHERE {condition}")[0][0])

    def all_done(self) -> bool:
        return self.count("state = 'done'") == 2 * PICTURES


@pytest.fixture
def idle(tmp_path: Path, gemini: FakeGemini) -> Iterator[Machine]:
    """A machine with nothing to do."""
    machine = Machine(tmp_path, gemini)
    yield machine
    machine.site.stop()
    gemini.before = lambda body: None


@pytest.fixture
def machine(idle: Machine, gemini: FakeGemini) -> Iterator[Machine]:
    """A machine with six pictures uploaded, and Gemini slow with the first."""
    gemini.delay = 3.0
    gemini.say(("slow", GOOD))
    idle.upload(*(jpeg(seed=seed) for seed in range(PICTURES)))
    wait_for(lambda: idle.count(RUNNING), what="work on a caption")
    yield idle
    gemini.delay = 5.0


def is_wide(body: Any) -> bool:
    """Whether the picture in a request to Gemini is the one that `poison` makes."""
    data = next(part["inlineData"]["data"] for part in body["contents"][0]["parts"] if "inlineData" in part)
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        return picture.width > 3 * picture.height


def poison() -> bytes:
    return jpeg(800, 200, seed=99)


def test_it_works(machine: Machine, gemini: FakeGemini) -> None:
    assert not machine.all_done()
    machine.site.kill()
    gemini.say((200, GOOD))
    machine.prepare()
    machine.site.start()
    wait_for(machine.all_done, 60, "the rest of the work")
    with Visitor(machine.site.url) as visitor:
        assert len(visitor.pictures("/gallery")) == PICTURES
        assert visitor.get("/gallery").text.count(CAPTION["caption"]) == PICTURES
    assert "were interrupted and go on now" in machine.site.log
    assert "Traceback" not in machine.site.log


def test_stopped_by_systemd(machine: Machine, gemini: FakeGemini) -> None:
    machine.site.stop()
    gemini.say((200, GOOD))
    machine.prepare()
    machine.site.start()
    wait_for(machine.all_done, 60, "the rest of the work")
    assert "Traceback" not in machine.site.log


def test_upload_makes_the_thumbnail_itself(machine: Machine) -> None:
    """So it is there when the page answers, however slow the model is."""
    assert machine.count("kind = 'thumbnail' AND state = 'done'") == PICTURES
    assert machine.count("kind = 'annotation' AND state = 'done'") < PICTURES


def test_worker_killed_alone(machine: Machine, gemini: FakeGemini) -> None:
    """Another one takes its place, and what was interrupted goes on; the pages do not notice."""
    former, running = machine.site.worker, machine.query(f"SELECT id FROM jobs WHERE {RUNNING}")
    os.kill(former, signal.SIGKILL)
    gemini.say((200, GOOD))
    wait_for(machine.all_done, 60, "the rest of the work")
    assert machine.site.worker not in (0, former)
    assert [machine.count(f"id = {pk} AND attempts = 2") for (pk,) in running] == [1] * len(running)
    assert "Traceback" not in machine.site.log


def test_interrupted_job_is_not_overtaken_by_what_comes_later(machine: Machine, gemini: FakeGemini) -> None:
    """Else it would wait for as long as people upload."""
    interrupted = {pk for (pk,) in machine.query(f"SELECT id FROM jobs WHERE {RUNNING}")}
    os.kill(machine.site.worker, signal.SIGKILL)
    wait_for(lambda: "were interrupted and go on now" in machine.site.log, what="the next worker")
    machine.upload(*(jpeg(seed=seed) for seed in range(PICTURES, 2 * PICTURES)))
    gemini.delay = 0.5
    wait_for(lambda: machine.count(OPEN) == 0, 60, "the end of all work")
    begun = [pk for (pk,) in machine.query("SELECT id FROM jobs WHERE kind = 'annotation' ORDER BY started_at")]
    assert interrupted <= set(begun[:PICTURES])


def test_job_that_ends_the_worker_each_time(idle: Machine, gemini: FakeGemini) -> None:
    """It is given up after the last of its tries, in words; everything else is finished."""
    kills: list[int] = []

    def before(body: Any) -> None:
        if is_wide(body):
            if not kills:
                idle.query(f"UPDATE jobs SET attempts = ? WHERE {RUNNING} AND image_id IN ({WIDE})", TRIES - 2)
            kills.append(idle.site.worker)
            os.kill(kills[-1], signal.SIGKILL)

    gemini.before = before
    idle.upload(poison(), *(jpeg(seed=seed) for seed in range(PICTURES - 1)))
    wait_for(lambda: idle.count(OPEN) == 0, 60, "the end of all work")
    assert (len(kills), len(set(kills))) == (3, 3)
    assert idle.query("SELECT kind, attempts, error FROM jobs WHERE state <> 'done'") == [
        ("annotation", TRIES, TOO_OFTEN)
    ]
    (uuid,) = idle.query("SELECT uuid FROM images JOIN jobs ON image_id = images.id WHERE state = 'failed'")
    with Visitor(idle.site.url) as visitor:
        assert "No caption yet." in visitor.get(f"/images/{uuid[0]}").text


def test_everything_ends_with_the_service(machine: Machine) -> None:
    """Even when nobody asks it to end: gunicorn would keep the port, and the worker its lock."""
    before = machine.site.alive()
    assert len(before) >= 5  # the service, gunicorn with two workers, the worker
    machine.site.process.kill()
    machine.site.process.wait(10)
    wait_for(lambda: not machine.site.alive(), 40, "the end of gunicorn and of the worker")
    machine.site.start()


def test_ctrl_c(idle: Machine) -> None:
    """The terminal sends it to the whole group, which is the service alone: it ends the others, each in its own way."""
    os.killpg(idle.site.process.pid, signal.SIGINT)
    idle.site.process.wait(40)
    assert idle.site.alive() == []
    assert "is started again" not in idle.site.log
    assert "Traceback" not in idle.site.log


def test_second_worker_is_refused(machine: Machine, gemini: FakeGemini) -> None:
    """It would take up what the first one is doing."""
    done = manage("work", **machine.environment)
    assert done.returncode == 1
    assert f"pictures in {machine.environment['VAR_DIR']} is running already" in done.stderr
    assert "Traceback" not in done.stderr


def test_job_begins_soon_after_the_upload(idle: Machine, measured: list[str]) -> None:
    """The thumbnail is done in the moment before the caption is due."""
    for seed in range(8):
        idle.upload(jpeg(seed=seed))
        wait_for(lambda: idle.count(OPEN) == 0, what="the caption")
    pairs = idle.query(
        "SELECT t.finished_at, a.started_at FROM jobs t JOIN jobs a ON a.image_id = t.image_id"
        " WHERE t.kind = 'thumbnail' AND a.kind = 'annotation'"
    )
    waits = [(datetime.fromisoformat(begun) - datetime.fromisoformat(due)).total_seconds() for due, begun in pairs]
    measured.append(f"one machine, from the upload to the begin of its caption: {median(waits):.2f} s (median of 8)")
    assert len(waits) == 8
    assert median(waits) < 0.5


def test_prepare_twice_loses_nothing(machine: Machine, gemini: FakeGemini) -> None:
    """A second `make run` beside the running site is refused in words, and does not break the first one's work."""
    gemini.say((200, GOOD))
    assert "is running already" in manage("prepare", **machine.environment).stderr
    wait_for(machine.all_done, 60, "the rest of the work")
    assert machine.count("attempts = 1") == 2 * PICTURES


def test_key_is_in_no_log(machine: Machine, gemini: FakeGemini) -> None:
    gemini.say((403, {"error": {"code": 403, "message": "the-key-of-one-machine is not good"}}))
    wait_for(lambda: machine.count("state = 'failed'"), 60, "a failure")
    assert "the-key-of-one-machine" not in machine.site.log
    assert machine.count("error LIKE '%the-key-of%'") == 0
