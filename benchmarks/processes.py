"""gunicorn's processes as the kernel counts them."""

import os
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import world
from tests.servers import free_port, stop
from tests.servers.site import ROOT, Site, environment

TICK = os.sysconf("SC_CLK_TCK")


@contextmanager
def site() -> Iterator[Site]:
    """The site in production's settings, with the configuration of deploy/."""
    allow_files()
    running = Site(**world.production().environment).start()
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def flask(workers: int) -> Iterator[str]:
    """The Flask reference under gunicorn, its URL: with one worker as gunicorn's defaults have it (and the reference
    deployment names no others), with two as we run ours."""
    allow_files()
    made, port = world.production(), free_port()
    command = [sys.executable, "-m", "gunicorn", "benchmarks.reference_flask:app", "--bind", f"127.0.0.1:{port}"]
    command += ["--no-control-socket", "--timeout", "120"]
    if workers > 1:
        command += ["--worker-class", "gthread", "--workers", str(workers), "--threads", "16", "--keep-alive", "75"]
        command += ["--worker-connections", "2000"]
    variables = {**made.environment, "SOCKET": f"{made.mariadb.folder}/s.sock"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(**variables), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield _when_ready(f"http://127.0.0.1:{port}")
    finally:
        stop(process)


def _when_ready(url: str) -> str:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/empty", timeout=5):
                return url
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the Flask reference did not start")


def allow_files() -> None:
    """Connections are files: as many as the system allows, for us and the servers that we start."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def workers(master: int) -> list[int]:
    """The process ids of gunicorn's workers."""
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, its ended children's included (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[at]) for at in (11, 12, 13, 14)) / TICK


def pss_mib(pid: int) -> float:
    """Its own memory and its share of what it has in common with others."""
    return _kib(f"/proc/{pid}/smaps_rollup", "Pss:") / 1024


def peak_mib(pid: int) -> float:
    """The most resident memory since `forget_peak`."""
    return _kib(f"/proc/{pid}/status", "VmHWM:") / 1024


def resident_mib(pid: int) -> float:
    return _kib(f"/proc/{pid}/status", "VmRSS:") / 1024


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _kib(file: str, name: str) -> int:
    return next(int(line.split()[1]) for line in Path(file).read_text().splitlines() if line.startswith(name))
