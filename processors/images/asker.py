"""What asks the fork server (`server`), which each process starts for itself when it first asks.

Works in threads, after a fork, without a home or shared memory, as in AWS Lambda.
"""

import json
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import BinaryIO

from processors.images import check, sniff
from processors.images.check import Limits, Refused

NO_SLOT, NO_MEMORY, BROKEN = 75, 71, 70  # a child's exit statuses (sysexits.h: EX_TEMPFAIL, EX_OSERR, EX_SOFTWARE)
END, DONE = struct.Struct("<4sidq"), b"done"  # behind what the child said: DONE, wait status, CPU, memory
_MOST = 32 * check.MIB  # no answer has so many bytes
_START = "import sys; sys.path[:] = {path!r}; from processors.images.server import serve; serve()"
_KEPT = ("LD_LIBRARY_PATH",)  # Lambda's Python may need it; passwords and keys stay out

Server = tuple[subprocess.Popen[bytes], socket.socket]
_lock = threading.Lock()
_server: Server | None = None


@dataclass(frozen=True)
class Answer:
    """What a child left: its wait status, what it took (seconds of CPU, resident bytes at the peak), what it said."""

    status: int
    cpu: float
    memory: int
    said: bytes


def ask(file: BinaryIO, limits: Limits, wants: Collection[str] = ()) -> Answer:
    """Have a child visit the picture; arguments as `sandbox.visit`. Refused where size or first bytes decide: more of
    the file is not looked at here. ConnectionError when there is no server to be had."""
    limits.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    order = json.dumps({"limits": asdict(limits), "wants": list(wants)}, default=str).encode()
    with _opened_anew(file) as source:
        check.refuse_too_many(os.fstat(source).st_size, limits)
        if problem := sniff.problem(os.pread(source, 4096, 0)):
            raise Refused(problem)
        try:
            return _ask(order, source, limits.longest)
        except ConnectionError:  # somebody has killed the server: another one, once
            return _ask(order, source, limits.longest)


def _ask(order: bytes, source: int, seconds: float) -> Answer:
    read, write = os.pipe()
    with open(read, "rb", buffering=0) as answer:
        with open(write, "wb"):
            server = _send(order, [source, write])
        try:
            body = _read(answer.fileno(), time.monotonic() + seconds + check.GRACE)
        except TimeoutError:
            _forget(server)
            raise Refused(check.TIME) from None
    if body[-END.size :][:4] != DONE:
        _forget(server)
        raise ConnectionError("The decoding server was lost. If it could not start, the log says why.")
    _, status, cpu, memory = END.unpack(body[-END.size :])
    return Answer(status, cpu, memory, body[: -END.size])


def _read(answer: int, until: float) -> bytes:
    """All that comes: it ends when the server has reaped the child. TimeoutError when that is not to be waited for."""
    body, coming = bytearray(), select.poll()
    coming.register(answer)
    while len(body) < _MOST:
        if not coming.poll(max(0.0, until - time.monotonic()) * 1000):
            raise TimeoutError
        if not (part := os.read(answer, _MOST)):
            break
        body += part
    return bytes(body)


def _send(order: bytes, files: list[int]) -> Server:
    global _server
    with _lock:
        server = _server = _server or _start()
    try:
        socket.send_fds(server[1], [order], files)
    except OSError:
        _forget(server)
        raise ConnectionError("The decoding server is gone.") from None
    return server


def _start() -> Server:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"MALLOC_ARENA_MAX": "1"}
    with theirs:
        command = [sys.executable, "-I", "-c", _START.format(path=sys.path)]
        return subprocess.Popen(  # noqa: S603  (a session of its own: Ctrl+C is for the asker)
            command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=environment, start_new_session=True
        ), ours


def _forget(server: Server) -> None:
    """The next visit starts another one."""
    global _server
    with _lock:
        if _server is server:
            _server = None
            server[1].close()
            server[0].kill()
            server[0].wait()


def _leave_to_parent() -> None:
    """In a fork of this process: it gets a server of its own, and keeps its parent's from nothing."""
    global _lock, _server
    _lock = threading.Lock()
    if _server:
        _server[1].close()
        _server[0].returncode = 0  # not ours to wait for
    _server = None


os.register_at_fork(after_in_child=_leave_to_parent)


@contextmanager
def _opened_anew(file: BinaryIO) -> Iterator[int]:
    """The file's descriptor with a position of its own; what lies in memory only gets one."""
    file.flush()
    try:
        source = os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # io.UnsupportedOperation, of files without a descriptor
        source = os.memfd_create("picture")
        with open(source, "wb", closefd=False) as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
    try:
        yield source
    finally:
        os.close(source)
