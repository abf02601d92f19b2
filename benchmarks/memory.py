"""What decoding takes in its child, from which `processors.images.check.Limits` are set; and what everything takes
together when two dozen large pictures come in at once, half of them hostile."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.harness import MIB, TINY, Line, say, size
from benchmarks.photos import forget, photo
from processors.images import asker, sandbox
from processors.images.check import Limits, Refused, slots
from tests import pictures

SIZES = (12, 24, 48, 100)
WANTS = ("preview", "thumbnail")
LIMITS = Limits()
WIDE = replace(LIMITS, max_bytes=10**9, memory=4096 * MIB, cpu=120, wall=240)
# Format: how to make a file of so many megapixels, and up to how many it has to fit into the limits: what the first
# release took with its 384 MiB.
FORMATS: dict[str, tuple[Callable[[int], Path], int]] = {
    "JPEG": (lambda megapixels: photo(megapixels), 100),
    "progressive JPEG": (lambda megapixels: photo(megapixels, progressive=True), 100),
    "PNG": (lambda megapixels: photo(megapixels, "png", compress_level=1), 100),
    "GIF": (lambda megapixels: photo(megapixels, "gif"), 48),
    "WebP": (lambda megapixels: photo(megapixels, "webp", method=0), 24),
    "AVIF": (lambda megapixels: photo(megapixels, "avif", speed=10), 24),
    "HEIC": (lambda megapixels: _heic(megapixels), 48),
}
NOTE = (
    "Both sizes made of a photo. The address space is what the limit of a child is about (RLIMIT_AS): the most that was"
    " mapped, read while it ran. Resident and CPU as the kernel counts them."
)
CROWD = 12


def lines() -> Iterator[Line]:
    for megapixels in SIZES:
        for name, (make, largest) in FORMATS.items():
            if name != "HEIC" or megapixels < 100:
                say(f"{name} {megapixels} MP")
                yield _one(f"{name} {megapixels} MP", make(megapixels), megapixels <= largest)
        forget()
    yield from _crowd()


def _heic(megapixels: int) -> Path:
    """Of tiles, as phones write it; nothing that we install encodes HEIC."""
    file = photo(12).with_name(f"tiles-{megapixels}.heic")
    file.write_bytes(pictures.heic_grid(*{12: (8, 6), 24: (12, 8), 48: (16, 12)}[megapixels]))
    return file


def _one(name: str, path: Path, has_to_fit: bool) -> Line:
    peaks = [0]
    with path.open("rb") as file:
        sandbox.visit(file, WIDE)  # the server is there, and the file in the page cache
        with _watching(lambda: peaks.append(_mapped())):
            taken = asker.ask(file, WIDE, WANTS)
    space, limit = max(peaks) / MIB, LIMITS.memory / MIB
    measured = f"{space:.0f} MiB, resident {taken.memory / MIB:.0f}, CPU {taken.cpu:.2f} s"
    goal = f"≤ {limit:.0f} MiB and {LIMITS.cpu / 3:.0f} s" if has_to_fit else ""
    holds = space <= limit and taken.cpu <= LIMITS.cpu / 3 if has_to_fit else None
    return Line(f"{name}: address space of its child", goal, measured, holds, NOTE)


def _crowd() -> Iterator[Line]:
    """All through the same slots, as in a worker of gunicorn's with a thread for each."""
    limits = replace(LIMITS, slots=slots(LIMITS.memory), patience=600)
    bomb = photo(12).with_name("bomb.webp")
    bomb.write_bytes(pictures.webp_bomb())
    files = [bomb, photo(48)] * size(CROWD, 2)
    forget()
    sandbox.visit(photo(12).open("rb"), limits)
    parents, peaks, started = _resident(), [0], time.monotonic()
    say(f"{len(files)} at once")
    with _watching(lambda: peaks.append(_resident())), ThreadPoolExecutor(len(files)) as pool:
        made = sum(pool.map(partial(_made, limits), files))
    bound, seconds = limits.slots * limits.memory + parents, time.monotonic() - started
    yield Line(
        f"{CROWD} hostile WebPs of 99.9 MP and {CROWD} photos of 48 MP at once: memory of all processes",
        f"≤ {limits.slots} slots x {limits.memory / MIB:.0f} MiB above the parents",
        f"{(max(peaks) - parents) / MIB:.0f} MiB above {parents / MIB:.0f}; {made} made in {seconds:.1f} s",
        max(peaks) <= bound and made == len(files) // 2,
        "PSS of this process, its fork server and the children, sampled every 10 ms; those that wait for a slot count.",
    )


def _made(limits: Limits, path: Path) -> bool:
    with path.open("rb") as file:
        try:
            return bool(sandbox.visit(file, limits, WANTS).preview)
        except Refused:
            return False


class _watching:
    """Look again and again, in a thread, while what is within runs."""

    def __init__(self, look: Callable[[], None]) -> None:
        self._look, self._over = look, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.wait(0.01 if not TINY else 0.001):
            self._look()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *problem: object) -> None:
        self._over.set()
        self._thread.join()


def _server() -> int:
    assert asker._server
    return asker._server[0].pid


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/{_server()}/task/{_server()}/children").read_text().split()]
    except OSError:
        return []


def _mapped() -> int:
    """The most address space that a child has had so far, in bytes."""
    return max((_kilobytes(f"/proc/{pid}/status", "VmPeak:") * 1024 for pid in _children()), default=0)


def _resident() -> int:
    """Proportional set size of everybody, in bytes."""
    everybody = [os.getpid(), _server(), *_children()]
    return sum(_kilobytes(f"/proc/{pid}/smaps_rollup", "Pss:") * 1024 for pid in everybody)


def _kilobytes(file: str, name: str) -> int:
    try:
        with open(file) as found:
            return next((int(line.split()[1]) for line in found if line.startswith(name)), 0)
    except OSError:  # it has just ended
        return 0
