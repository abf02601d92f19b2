"""Uploads of 24 MB, killed with SIGKILL at random moments and sent again: each must be there, whole."""

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import tempfile
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import requests
from PIL import Image

from tests.attack.slow import Row
from tests.flow.visitor import Visitor
from tests.flow.world import wait_for
from tests.pictures import encoded
from tests.servers.site import Site, empty_machine

SIDE = 2828  # pixels, of noise, which nothing can make smaller: 24 MB
WHOLE_SITE_EACH = 5  # kills; the others are of gunicorn's workers


def noise() -> bytes:
    """A picture of 24 MB that nobody has sent yet."""
    return encoded(Image.frombytes("RGB", (SIDE, SIDE), os.urandom(SIDE * SIDE * 3)), "PNG", compress_level=0)


class Target:
    """One machine with folders of its own."""

    def __init__(self, folder: Path) -> None:
        self.var, self.temporary = folder / "var", folder / "tmp"
        self.temporary.mkdir()
        self.site = Site(**empty_machine(self.var, TMPDIR=str(self.temporary))).start()

    def send(self, name: str, body: bytes) -> None:
        with Visitor(self.site.url) as visitor:
            visitor.upload(name, body, "image/png")

    def send_until_it_is_taken(self, name: str, body: bytes) -> None:
        for _ in range(20):
            with suppress(requests.RequestException, AssertionError):
                self.send(name, body)
                return
            time.sleep(0.5)
        raise RuntimeError(self.site.log)

    def kill(self, whole: bool) -> None:
        if whole:
            self.end()
            self.site.start()
            return
        for pid in self._workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        """All of it, until its port is free."""
        self.site.kill()
        wait_for(lambda: not self.site.alive(), 60, "the end of every process")

    def _workers(self) -> list[int]:
        """gunicorn's: its children that are gunicorn, too."""
        ours = [pid for pid in self.site.alive() if b"gunicorn" in _of(pid, "cmdline")]
        return [pid for pid in ours if int(_of(pid, "stat").rpartition(b") ")[2].split()[1]) in ours]

    def holds(self, body: bytes) -> bool:
        digest = hashlib.sha256(body).hexdigest()
        with closing(sqlite3.connect(self.var / "db.sqlite3", timeout=20)) as connection:
            keys = connection.execute(
                "SELECT s3_key FROM images WHERE sha256 = ? AND visibility = 'visible'", [digest]
            ).fetchall()
        files = [self.var / "media" / key for (key,) in keys]
        return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.exists()] == [digest]

    def leftovers(self) -> list[Path]:
        """Files of uploads that nobody will finish."""
        named = [path for path in self.temporary.rglob("*") if path.is_file() and path.stat().st_size > 1_000_000]
        return [*named, *(self.var / "media").rglob(".arriving-*")]

    def an_hour_passes(self) -> None:
        """For what lies in the storage; the next start sweeps."""
        self.end()
        for path in (self.var / "media").rglob(".arriving-*"):
            os.utime(path, (time.time() - 7200,) * 2)
        self.site.start()


def _of(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b"0) 0 0"


def run(count: int = 20) -> list[Row]:
    """Kill so many uploads; rows of name, figure, and whether it is as it should be."""
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    target = Target(folder)
    try:
        return _attack(target, count)
    finally:
        target.site.stop()
        shutil.rmtree(folder)


def _attack(target: Target, count: int) -> list[Row]:
    target.send("first.png", noise())  # it finds everything cold
    body, begin = noise(), time.monotonic()
    target.send("second.png", body)
    usual = time.monotonic() - begin
    intact = cut = 0
    for number in range(count):
        body = noise()
        cut += _killed(target, f"{number}.png", body, random.uniform(0, usual), not (number + 1) % WHOLE_SITE_EACH)
        target.send_until_it_is_taken(f"{number}.png", body)
        intact += target.holds(body)
    target.an_hour_passes()
    with suppress(TimeoutError, AssertionError):
        wait_for(lambda: not target.leftovers(), 60, "the sweep")
    left = len(target.leftovers())
    return [
        ("uploads of 24 MB killed at a random moment", f"{count}, of which {cut} were cut off", True),
        ("sent again: intact", f"{intact} of {count}", intact == count),
        ("files left by them after the next sweep", str(left), left == 0),
    ]


def _killed(target: Target, name: str, body: bytes, after: float, whole: bool) -> bool:
    """Whether the sender got no answer."""
    answers = []

    def send() -> None:
        with suppress(requests.RequestException, AssertionError):
            target.send(name, body)
            answers.append(1)

    sender = threading.Thread(target=send)
    sender.start()
    time.sleep(after)
    target.kill(whole)
    sender.join()
    return not answers
