"""A visit to a picture from a stranger, in a process with hard limits.

Here only the file's size and its first bytes are looked at. Whatever understands pictures runs in a child of the fork
server (`server`), which this process starts when it first asks. Works in threads, after a fork, without a home or
shared memory, as in AWS Lambda.
"""

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import BinaryIO

from processors.images import check, sniff
from processors.images.check import Busy, Facts, Limits, Refused

NO_SLOT, NO_MEMORY, BROKEN = 75, 71, 70  # a child's exit statuses (sysexits.h: EX_TEMPFAIL, EX_OSERR, EX_SOFTWARE)
END, DONE = struct.Struct("<4sidq"), b"done"  # behind what the child said: DONE, wait status, CPU, memory
_MOST = 32 * check.MIB  # no answer has so many bytes
_START = "import sys; sys.path[:] = {path!r}; from processors.images.server import serve; serve()"
_KEPT = ("LD_LIBRARY_PATH",)  # Lambda's Python may need it; passwords and keys stay out
_SIGNALS = {signal.SIGXCPU: check.TIME, signal.SIGALRM: check.TIME, signal.SIGKILL: check.MEMORY}

Server = tuple[subprocess.Popen[bytes], socket.socket]
_lock = threading.Lock()
_server: Server | None = None


@dataclass(frozen=True)
class Seen:
    """What came of a visit. `hash` is perceptual, 16 hex digits; pictures that were not wanted are empty."""

    facts: Facts
    hash: str
    preview: bytes = b""
    thumbnail: bytes = b""
    model: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What a child left: its wait status, what it took (seconds of CPU, resident bytes at the peak), what it said."""

    status: int
    cpu: float
    memory: int
    said: bytes


def visit(file: BinaryIO, limits: Limits, wants: Collection[str] = ()) -> Seen:
    """Decode the picture in `file` once and make what is wanted of it (preview, thumbnail, model); with nothing
    wanted, it is a proof that the picture decodes to its end.

    Refused with a sentence for its sender; Busy when no slot got free; OSError when children can't do their work at
    all. The file's position stays as it is.
    """
    answer = ask(file, limits, wants)
    _raise_for(answer)
    head, _, rest = answer.said.partition(b"\n")
    try:
        said = json.loads(head)
        if "refused" in said:
            raise Refused(said["refused"])
        pictures = {}
        for name, size in said["sizes"].items():
            pictures[name], rest = rest[:size], rest[size:]
        taken = said["facts"].pop("taken")
        facts = Facts(**said["facts"], taken=datetime.fromisoformat(taken) if taken else None)
        return Seen(facts, said["hash"], **pictures)
    except (ValueError, TypeError, KeyError, AttributeError):  # no child that is in its right mind says this
        raise Refused(check.CRASHED) from None


def ask(file: BinaryIO, limits: Limits, wants: Collection[str] = ()) -> Answer:
    """The same, with what it took. Refused where size or first bytes decide."""
    limits.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    order = json.dumps({"limits": asdict(limits), "wants": list(wants)}, default=str).encode()
    with _opened_anew(file) as source:
        check.refuse_too_many(os.fstat(source).st_size, limits)
        if problem := sniff.problem(os.pread(source, 4096, 0)):
            raise Refused(problem)
        try:
            return _ask(order, source)
        except ConnectionError:  # somebody has killed the server: another one, once
            return _ask(order, source)


def _ask(order: bytes, source: int) -> Answer:
    read, write = os.pipe()
    with open(read, "rb") as answer:
        with open(write, "wb"):
            server = _send(order, [source, write])
        body = answer.read(_MOST)  # it ends when the server has reaped the child
    if body[-END.size :][:4] != DONE:
        _forget(server)
        raise ConnectionError("The decoding server was lost. If it could not start, the log says why.")
    _, status, cpu, memory = END.unpack(body[-END.size :])
    return Answer(status, cpu, memory, body[: -END.size])


def _send(order: bytes, files: list[int]) -> Server:
    global _server
    with _lock:
        server = _server = _server or _start()
    try:
        socket.send_fds(server[1], [order], files)
    except OSError:
        _forget(server)
        raise
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


def _raise_for(answer: Answer) -> None:
    """What a child's end says, unless it ended well."""
    status = answer.status
    if os.WIFSIGNALED(status):
        raise Refused(_SIGNALS.get(signal.Signals(os.WTERMSIG(status)), check.CRASHED))
    if os.WEXITSTATUS(status) == NO_SLOT:
        raise Busy("Other pictures are being decoded. Try it again in a minute.")
    if os.WEXITSTATUS(status) == NO_MEMORY:
        raise Refused(check.MEMORY)
    if status:
        raise OSError("The decoding process failed over a fault of its own:\n" + answer.said.decode(errors="replace"))
