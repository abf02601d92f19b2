"""What starts one machine's site and worker. How they live and die together: tests/flow/test_restart.py."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import serve

ROOT = Path(__file__).parents[2]
SOCKET = "unix:/run/image_app/gunicorn.sock"


def test_it_works():
    assert serve.where("127.0.0.1:5001") == "The site is at http://127.0.0.1:5001"


@pytest.mark.parametrize(
    ("site_url", "people"),
    [("https://pictures.example.org", "https://pictures.example.org"), ("", "the address of nginx")],
)
def test_behind_nginx_it_is_where_nginx_is(monkeypatch, site_url, people):
    monkeypatch.setenv("SITE_URL", site_url)
    assert serve.where(SOCKET) == f"nginx finds the site at {SOCKET}, and people at {people}"


def test_ctrl_c_does_not_reach_what_it_starts():
    """A terminal sends it to one process group (tests/flow/test_restart.py presses it)."""
    child = serve._start(["sleep", "60"])
    try:
        assert os.getpgid(child.pid) == child.pid != os.getpgid(0)
    finally:
        child.kill()
        child.wait()


def test_an_address_that_is_taken_is_refused_in_words():
    with socket.create_server(("127.0.0.1", 0)) as server:
        bind = f"127.0.0.1:{server.getsockname()[1]}"
        done = subprocess.run([sys.executable, "deploy/serve.py"], cwd=ROOT, env={"BIND": bind}, capture_output=True)
    assert done.returncode == 1
    assert f"Something listens on {bind} already." in done.stderr.decode()
