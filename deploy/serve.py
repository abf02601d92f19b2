"""One machine: what has to be there, then gunicorn and the worker beside it (`make run`). A worker that dies is started
again; whoever ends this process, with SIGKILL too, ends both. On AWS systemd does this, with a unit for each."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SERVER = [str(BIN / "gunicorn"), "--config", "deploy/gunicorn.conf.py"]
WORKER = [sys.executable, "manage.py", "work"]
PAUSE_SECONDS = 1.0  # before a worker that died is started again
PR_SET_PDEATHSIG = 1  # linux/prctl.h

_libc = ctypes.CDLL(None)


def main() -> int:
    """Until gunicorn ends, or a signal comes; the exit status is gunicorn's."""
    bind = os.environ.get("BIND", "127.0.0.1:5000")
    _refuse_taken_address(bind)
    if status := subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT).returncode:
        return status
    print(f"{where(bind)} (stop it with Ctrl+C). To make a moderator: make moderator", flush=True)
    server, worker, stopping = _start(SERVER), _start(WORKER), False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        server.terminate()
        worker.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while server.poll() is None:
        if worker.poll() is not None and not stopping:
            print(f"The worker ended ({worker.returncode}) and is started again.", file=sys.stderr, flush=True)
            worker = _start(WORKER)
        time.sleep(PAUSE_SECONDS)
    worker.terminate()
    worker.wait()
    return server.returncode


def where(bind: str) -> str:
    """Where people find the site: at the address that gunicorn listens on, or at nginx's, which asks it by a socket."""
    if not bind.startswith("unix:"):
        return f"The site is at http://{bind}"
    return f"nginx finds the site at {bind}, and people at {os.environ.get('SITE_URL') or 'the address of nginx'}"


def _refuse_taken_address(bind: str) -> None:
    host, _, port = bind.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(2)
        if port.isdecimal() and probe.connect_ex((host or "127.0.0.1", int(port))) == 0:
            sys.exit(f"Something listens on {bind} already. Stop it, or name another address: BIND=127.0.0.1:5001")


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """In a process group of its own, so that Ctrl+C reaches this process alone: gunicorn would take a signal of the
    terminal for an order to drop everything, and a worker that hears it twice can hang for 25 s."""
    return subprocess.Popen(command, cwd=ROOT, process_group=0, preexec_fn=_end_with_parent)


def _end_with_parent() -> None:
    """The kernel sends SIGTERM when the parent is gone, whatever ended it (prctl(2))."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
