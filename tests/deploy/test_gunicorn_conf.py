"""gunicorn with the product's file, and no nginx in front of it."""

import contextlib
import re
import resource
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.flow.world import wait_for
from tests.servers.site import GUNICORN, ROOT, Site, empty_machine, environment

pytestmark = [pytest.mark.slow, pytest.mark.server]
SILENT = 1300
SLOW_SECOND = """
import runpy, time
globals().update(runpy.run_path("deploy/gunicorn.conf.py"))

def post_fork(server, worker):
    time.sleep(2 if server.WORKERS else 0)
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """gunicorn alone, which may open 1024 files, as where nobody raised the limit."""
    site = Site(worker=False, **empty_machine(tmp_path / "var"))
    site.command = _limited(1024)
    site.start()
    yield site
    site.stop()


@pytest.fixture
def _many_files() -> Iterator[None]:
    """This process may open what it needs for so many connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _limited(files: int) -> list[str]:
    return ["prlimit", f"--nofile={files}:{files}", *GUNICORN]


def _healthy(url: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(url + "/healthz", timeout=2).status_code == 200
    return False


@pytest.mark.usefixtures("_many_files")
def test_more_connections_than_files_end_no_worker(site: Site) -> None:
    wait_for(lambda: len(site.alive()) == 3, 60, "the master and both workers")
    before, parts = sorted(site.alive()), urlsplit(site.url)
    with contextlib.ExitStack() as stack:
        for _ in range(SILENT):
            stack.enter_context(socket.create_connection((str(parts.hostname), parts.port or 0), timeout=5))
        time.sleep(3)  # a worker that fails is gone at once
        assert sorted(site.alive()) == before
    wait_for(lambda: _healthy(site.url), 60, "an answer when they are gone")
    assert sorted(site.alive()) == before
    assert "Too many open files" not in site.log


def test_a_worker_that_is_not_ready_hears_that_it_shall_stop(site: Site, tmp_path: Path) -> None:
    """The second one takes two seconds to start. It stops then, and not at the end of graceful_timeout."""
    site.stop()
    slow = tmp_path / "slow.conf.py"
    slow.write_text(SLOW_SECOND)
    site.command = [*GUNICORN[:-1], str(slow)]
    site.start()
    wait_for(lambda: len(site.alive()) == 3, what="the master and both workers")
    site.process.terminate()
    site.process.wait(20)  # less than graceful_timeout
    assert site.alive() == []


def test_it_refuses_a_limit_that_is_too_low_in_words() -> None:
    command = [*_limited(256), "--check-config"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert "gunicorn may open 256 files at once, and needs 512" in done.stderr
    assert "LimitNOFILE=" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "Script-Name", "PATH_INFO", "REMOTE_USER"])
def test_links_of_the_gallery_are_the_same_whatever_header_a_client_sends(site: Site, name: str) -> None:
    made_up = requests.get(site.url + "/gallery", headers={name: "/evil"}, timeout=10)  # the first, which is kept
    assert made_up.status_code == 200
    links = re.findall(r'(?:href|src|action)="([^"]*)"', made_up.text)
    assert "/gallery" in links
    assert links == re.findall(r'(?:href|src|action)="([^"]*)"', requests.get(site.url + "/gallery", timeout=10).text)
    assert "evil" not in made_up.text


def test_a_path_is_what_the_client_asked_for_whatever_prefix_it_names(site: Site) -> None:
    answer = requests.get(site.url + "/evil/gallery", headers={"SCRIPT_NAME": "/evil"}, timeout=10)
    assert answer.status_code == 404
