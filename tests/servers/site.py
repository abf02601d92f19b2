"""The real site: gunicorn with the product's configuration, in a process of its own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.servers.mariadb import free_port

ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def environment(**extra: str) -> dict[str, str]:
    """A clean environment: nothing of the person who runs the tests."""
    return {**{name: os.environ[name] for name in KEPT if name in os.environ}, **extra}


def manage(*arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """`manage.py`; on an address that nobody listens on, whatever runs on this machine."""
    command, env = [sys.executable, "manage.py", *arguments], environment(**{"BIND": "127.0.0.1:1", **extra})
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=90)


class Site:
    def __init__(self, **extra: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {"SITE_URL": self.url, **extra}
        self.log_file = Path(tempfile.mkstemp(prefix="site-", suffix=".log")[1])

    def start(self) -> "Site":
        command = [str(Path(sys.executable).parent / "gunicorn"), "--config", "deploy/gunicorn.conf.py"]
        env = environment(BIND=f"127.0.0.1:{self.port}", **self.environment)
        with self.log_file.open("a") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 40
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + "/healthz", timeout=5):
                    return self
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(self.log)

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As a power cut would: master and workers at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
