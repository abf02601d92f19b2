"""The servers that the tests start: all on 127.0.0.1, all gone when the tests end."""

import os
import socket
import subprocess
from contextlib import closing, suppress
from typing import Any

STOP_SECONDS = 20.0


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launch(command: list[str], user: str = "", **options: Any) -> subprocess.Popen[bytes]:
    """Start a server that the kernel ends should this process be killed (else `stop` does); as another user if told."""
    guard = ["setpriv", "--pdeathsig", "TERM"]
    if user:
        guard += ["--reuid", user, "--regid", "nogroup", "--clear-groups"]
    return subprocess.Popen([*guard, *command], stdin=subprocess.DEVNULL, **options)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server, kindly at first; may be called twice."""
    if process.poll() is not None:
        return
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    process.kill()
    process.wait(5)


def unprivileged() -> str:
    """Whom a server runs as that refuses to run as root; "" when we are not root."""
    return "nobody" if os.geteuid() == 0 else ""
