"""What a child does in the tests of the sandbox: the file's bytes say it, "!hang" or any other name below."""

import ctypes
import hashlib
import json
import os
import signal
import time

from processors.images import check, visit

check.GRACE = 0.5
_as_ever = visit.answer


def hang() -> str:
    hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)  # in C: no signal handler of Python's would run
    return ""


def spin() -> str:
    return hang()


def sleep() -> str:
    started = time.monotonic()
    time.sleep(0.1)
    return f"{started} {time.monotonic()}"


def deaf() -> str:
    """As a child that was taken over."""
    signal.alarm(0)
    time.sleep(1000)
    return ""


def leave_behind() -> str:
    """A process that leaves nothing to be found by, and holds what this one had."""
    if not os.fork():
        os.setsid()
        if not os.fork():
            time.sleep(1000)
        os._exit(0)
    return "gone"


def leave_behind_and_crash() -> str:
    leave_behind()
    return kill()


def stop_server() -> str:
    os.kill(os.getppid(), signal.SIGSTOP)
    return ""


def segv() -> str:
    return str(ctypes.string_at(0))


def abort() -> str:
    os.abort()


def kill() -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def raising() -> str:
    raise RuntimeError("a fault of ours")


def memory() -> str:
    return str(len(bytearray(10**10)))


def files() -> str:
    """What is open, but for the list of it and the slots."""
    found = [_target(number) for number in os.listdir("/proc/self/fd") if number != "2"]
    return " ".join(sorted(name.split(":")[0] for name in found if not name.endswith("/fd") and "slot-" not in name))


def _target(number: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except FileNotFoundError:  # the list's own
        return "/fd"


def write() -> str:
    with open("/tmp/decoder-was-here", "wb", buffering=0) as file:
        return str(file.write(b"x"))


def environment() -> str:
    return " ".join(os.environ)


def answer(file, limits, wants):
    file.seek(0)
    head = file.read(64)
    if not head.startswith(b"!"):
        return _as_ever(file, limits, wants)
    if head == b"!nonsense":
        return b"nonsense"
    if head == b"!lie":
        facts = {"format": "text/html", "width": 1, "height": 1, "byte_size": 1, "taken": None}
        return json.dumps({"facts": facts, "hash": "", "sizes": {}}).encode() + b"\n"
    return json.dumps({"refused": globals()[head[1:].decode()]()}).encode() + b"\n"


visit.answer = answer
