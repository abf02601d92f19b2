"""Memory of a web worker while uploads of 20 MB are in flight: the production's settings, moto as S3."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks import world
from benchmarks.harness import TINY, Line, at_most, say, size
from benchmarks.photos import forget, photo
from benchmarks.processes import forget_peak, peak_mib, resident_mib, site, workers
from tests.flow.visitor import Visitor
from tests.pictures import jpeg

MEGABYTES, ONE_BY_ONE, AT_ONCE = 20, size(5, 1), size(8, 2)
NOTE = (
    "A JPEG of 48 MP; idle is after some uploads of a small one, one after the other. It is decoded in a child, whose"
    " memory `make bench-memory` tells; the others wait with their file on disk."
)


def lines() -> Iterator[Line]:
    world.production()
    files = [_file(number) for number in range(ONE_BY_ONE + AT_ONCE)]
    forget()
    with site() as running:
        pids = workers(running.process.pid)
        for number in range(12):  # what each worker imports and connects once
            _at_once(running.url, [jpeg(seed=number)])
        say("one upload, and another")
        alone = max(_above_idle(pids, running.url, [body]) for body in files[:ONE_BY_ONE])
        say(f"{AT_ONCE} uploads at once")
        together = _above_idle(pids, running.url, files[ONE_BY_ONE:])
    yield at_most(
        f"an upload of {MEGABYTES} MB through the site, above idle, most of {ONE_BY_ONE}", alone, 30, "MiB", NOTE
    )
    yield at_most(f"… {AT_ONCE} at once, for each", together / AT_ONCE, 30, "MiB", NOTE)


def _file(number: int) -> bytes:
    """Its own bytes, so that it is no duplicate; what follows the end of a JPEG is not looked at."""
    body = photo(48).read_bytes()
    filler = 1000 if TINY else MEGABYTES * 1_000_000 - len(body)
    return body + bytes([number % 256]) * max(1, filler)


def _above_idle(pids: list[int], url: str, bodies: list[bytes]) -> float:
    """How far the workers' resident memory rose, all of them together, in MiB."""
    idle = {pid: resident_mib(pid) for pid in pids}
    for pid in pids:
        forget_peak(pid)
    _at_once(url, bodies)
    return sum(max(0.0, peak_mib(pid) - idle[pid]) for pid in pids)


def _at_once(url: str, bodies: list[bytes]) -> None:
    def send(body: bytes) -> None:
        with Visitor(url) as visitor:
            visitor.upload("photo.jpg", body)

    with ThreadPoolExecutor(len(bodies)) as threads:
        list(threads.map(send, bodies))
