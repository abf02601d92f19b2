"""What starts one machine's site and worker. How they live and die together: tests/flow/test_restart.py."""

import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_an_address_that_is_taken_is_refused_in_words():
    with socket.create_server(("127.0.0.1", 0)) as server:
        bind = f"127.0.0.1:{server.getsockname()[1]}"
        done = subprocess.run([sys.executable, "deploy/serve.py"], cwd=ROOT, env={"BIND": bind}, capture_output=True)
    assert done.returncode == 1
    assert f"Something listens on {bind} already." in done.stderr.decode()
