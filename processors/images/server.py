"""The fork server: one process for each asker (`asker`), one fork of it for each visit.

A fork is ready in two milliseconds, shares the libraries' memory, and takes with it whatever a hostile picture made
of it. The server itself never looks at a picture. It ends, and its children with it, when its asker is gone.
It trusts no child: who was taken over by a picture may ignore its alarm, or leave processes behind.
"""

import ctypes
import fcntl
import json
import os
import resource
import select
import signal
import socket
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from processors.images import visit
from processors.images.asker import BROKEN, DONE, END, NO_MEMORY, NO_SLOT
from processors.images.check import Limits

MESSAGE = 16 * 1024  # bytes of an order, at most
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
_libc = ctypes.CDLL(None)
_POLL = 0.01  # seconds between two looks for a slot


@dataclass(frozen=True)
class Child:
    """The pipe that takes its answer, and when the server ends it (time.monotonic)."""

    answer: int
    until: float


Running = dict[int, Child]  # by process


def serve() -> None:
    """Take orders from the socket that is file 0: JSON, the picture's open file, and a pipe's end for the answer."""
    for number in (signal.SIGTERM, signal.SIGINT):  # of a service that stops: its asker still has work to finish
        signal.signal(number, signal.SIG_IGN)
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # what a child leaves behind becomes this process's own
    visit.warm()
    orders, running = socket.socket(fileno=0), Running()
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    while True:
        ready = select.select([0, woken], [], [], 0.5 if running else None)[0]
        _end_late(running)
        if woken in ready:
            os.read(woken, 4096)
            _reap(running)
        if 0 in ready:
            order, files, *_ = socket.recv_fds(orders, MESSAGE, 2)
            if not order:
                break
            _start(order, files[0], files[1], running)
    for pid in running:
        os.kill(pid, signal.SIGKILL)


def _start(order: bytes, source: int, answer: int, running: Running) -> None:
    """Fork. The server keeps the pipe open until it has reaped the child: its end is the end of everything."""
    pid = os.fork()
    if not pid:
        _child(order, source, answer)
    os.close(source)
    running[pid] = Child(answer, time.monotonic() + _limits(order).longest)


def _end_late(running: Running) -> None:
    for pid, child in running.items():
        if time.monotonic() > child.until:
            os.kill(pid, signal.SIGKILL)


def _reap(running: Running) -> None:
    with suppress(ChildProcessError):  # none is left
        while (ended := os.wait4(-1, os.WNOHANG))[0]:
            _end_left_behind(running)
            if child := running.pop(ended[0], None):
                late = time.monotonic() > child.until  # its end was ours then, and says nothing of memory
                _tell_end(child.answer, signal.SIGALRM if late else ended[1], ended[2])


def _end_left_behind(running: Running) -> None:
    """They would hold the slot, and the pipe that the asker reads to its end."""
    me = os.getpid()
    with suppress(FileNotFoundError):  # a kernel without this list
        for pid in map(int, Path(f"/proc/{me}/task/{me}/children").read_text().split()):
            if pid not in running:
                os.kill(pid, signal.SIGKILL)


def _tell_end(answer: int, status: int, used: resource.struct_rusage) -> None:
    with suppress(OSError):  # who asked may listen no more
        os.write(answer, END.pack(DONE, status, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024))
    os.close(answer)


def _child(order: bytes, source: int, answer: int) -> None:
    """Never returns. The picture is file 0 and the answer file 1; nothing else of the server's stays open, or other
    pipes would not end before this child does."""
    try:
        signal.set_wakeup_fd(-1)
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # without the server nobody is told what came of this
        os.dup2(source, 0)
        os.dup2(answer, 1)
        os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        limits = _limits(order)
        _take_slot(limits)
        _limit(limits)
        with open(0, "rb") as file, open(1, "wb", closefd=False) as out:
            out.write(visit.answer(file, limits, json.loads(order)["wants"]))
        os._exit(0)
    except MemoryError:  # too little even to say so
        os._exit(NO_MEMORY)
    except BaseException:  # a fault of ours, told to the asker: files can't be written any more, and a log may be one
        os.write(1, traceback.format_exc().encode())
    finally:
        os._exit(BROKEN)


def _limits(order: bytes) -> Limits:
    limits = json.loads(order)["limits"]
    return Limits(**limits | {"folder": Path(limits["folder"])})


def _take_slot(limits: Limits) -> None:
    """One lock of the folder, held until this process is gone, however it goes."""
    locks = [os.open(limits.folder / f"slot-{n}", os.O_RDWR | os.O_CREAT, 0o600) for n in range(limits.slots)]
    until = time.monotonic() + limits.patience
    while not any(_locked(lock) for lock in locks):
        if time.monotonic() > until:
            os._exit(NO_SLOT)
        time.sleep(_POLL)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _limit(limits: Limits) -> None:
    with suppress(OSError):  # rather this process than the site or the database, if memory runs out
        Path("/proc/self/oom_score_adj").write_text("1000")
    signal.alarm(limits.wall)  # ends a hang in C, too
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))  # with equal ones it would be SIGKILL
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):  # and not NPROC: libheif decodes in threads
        resource.setrlimit(nothing, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
