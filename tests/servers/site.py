"""The real site in processes of its own: gunicorn with the product's configuration, and on one machine the worker."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.servers.mariadb import free_port

ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
GUNICORN = [str(Path(sys.executable).parent / "gunicorn"), "--config", "deploy/gunicorn.conf.py"]


def environment(**extra: str) -> dict[str, str]:
    """A clean environment: nothing of the person who runs the tests."""
    return {**{name: os.environ[name] for name in KEPT if name in os.environ}, **extra}


def manage(*arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` with this environment and nothing else."""
    command, env = [sys.executable, "manage.py", *arguments], environment(**extra)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=90)


def empty_machine(folder: Path, **extra: str) -> dict[str, str]:
    """The environment of one machine with its data in `folder`: prepared, and without the samples."""
    shutil.copytree(_prepared(), folder, dirs_exist_ok=True)
    return {"VAR_DIR": str(folder), "STATIC_ROOT": str(folder / "static"), **extra}


@cache
def _prepared() -> Path:
    """What each of them begins with, made once for the run."""
    folder = Path(tempfile.mkdtemp(prefix="prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "samples-loaded").touch()
    done = manage("prepare", VAR_DIR=str(folder), STATIC_ROOT=str(folder / "static"))
    assert done.returncode == 0, done.stderr
    (folder / "secret_key").unlink()  # each makes its own
    return folder


class Site:
    """`worker`: the whole service of one machine, as `make run` starts it; by default where it is not AWS's."""

    def __init__(self, worker: bool | None = None, **extra: str) -> None:
        whole = "S3_BUCKET" not in extra if worker is None else worker
        self.command = [sys.executable, "deploy/serve.py"] if whole else GUNICORN
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {"SITE_URL": self.url, **extra}
        self.log_file = Path(tempfile.mkstemp(prefix="site-", suffix=".log")[1])

    def start(self) -> "Site":
        env = environment(BIND=f"127.0.0.1:{self.port}", **self.environment)
        with self.log_file.open("a") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
            )
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

    @property
    def worker(self) -> int:
        """The id of the process that does the jobs; 0 while there is none."""
        return next((pid for pid in self.alive() if _read(pid, "cmdline").endswith("manage.py\0work\0")), 0)

    def alive(self) -> list[int]:
        """The ids of all its processes that have not ended, whoever is their parent by now."""
        pids = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
        found = {pid: _state_and_session(pid) for pid in pids}
        return [pid for pid, (state, session) in found.items() if session == str(self.process.pid) and state != "Z"]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As a power cut would: every process at once."""
        while pids := self.alive():  # a master that outlives a worker by a moment makes another one
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait(10)


def _read(pid: int, name: str) -> str:
    """What the kernel says of a process; "" of one that is gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""


def _state_and_session(pid: int) -> tuple[str, str]:
    fields = _read(pid, "stat").rpartition(") ")[2].split() or [""] * 4  # proc_pid_stat(5)
    return fields[0], fields[3]
