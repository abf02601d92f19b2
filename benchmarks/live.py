"""One machine while people upload and others look: the pages' requests a second and p99, and the pictures that are
finished in a second, each alone and both together."""

import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks.harness import Line, say, size
from benchmarks.load import ab
from benchmarks.photos import forget, photo
from processors.images import visit
from processors.images.check import Limits
from tests.flow.visitor import Visitor
from tests.pictures import jpeg
from tests.servers.site import Site, empty_machine

CLIENTS, PICTURES, REQUESTS = 4, size(48, 2), size(40_000, 20)
SIDES = ("preview", "thumbnail", "model")
NOTE = (
    "Photos of 12 MP by four clients, captions without a model; 200 visitors without a cookie (ab, keep-alive). ab, the"
    " clients and the site share the cores. Together: both begin at once, and each is measured until its own end."
)


def lines() -> Iterator[Line]:
    photos = [photo(12).read_bytes() + bytes([number, run]) for run in range(2) for number in range(PICTURES)]
    forget()
    bare = _bare(photos[:PICTURES])
    with _one_machine() as site:
        say("pages alone, pictures alone, both together")
        pages = ab(f"{site.url}/gallery", REQUESTS, 200)
        pictures = _pictures(site, photos[:PICTURES])
        with ThreadPoolExecutor(1) as thread:
            uploading = thread.submit(_pictures, site, photos[PICTURES:])
            busy = ab(f"{site.url}/gallery", REQUESTS, 200)
            together = uploading.result()
    what = "one machine, four clients: pictures a second, of the bare work's on the same cores"
    yield Line(what, "", _of(pictures, bare), None, NOTE)
    yield Line("… while the gallery is under load, of those alone", "", _of(together, pictures), None, NOTE)
    what = "the gallery's requests a second while four clients upload, of those alone"
    yield Line(what, "", _of(busy["rate"], pages["rate"]), None, NOTE)
    p99 = f"{busy['p99'] / pages['p99']:.1f} x alone ({busy['p99']:.0f} to {pages['p99']:.0f} ms)"
    yield Line("… p99", "", p99, None, NOTE)


def _of(one: float, other: float) -> str:
    return f"{one / other:.2f} ({one:.3g} to {other:.3g})"


@contextmanager
def _one_machine() -> Iterator[Site]:
    """With some pictures that are finished."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(**empty_machine(Path(folder), UPLOAD_RATE="100000/minute", UPLOADS_PER_DAY="100000")).start()
        try:
            _pictures(site, [jpeg(seed=seed) for seed in range(30)])
            yield site
        finally:
            site.stop()


def _pictures(site: Site, bodies: list[bytes]) -> float:
    """Pictures a second, from the first byte that is sent until the last has its caption."""

    def send(part: list[bytes]) -> None:
        with Visitor(site.url) as visitor:
            for body in part:
                visitor.upload("photo.jpg", body)

    start = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(send, [bodies[number::CLIENTS] for number in range(CLIENTS)]))
    with Visitor(site.url) as visitor:
        while 'hx-get="/cards' in visitor.get("/gallery").text:
            time.sleep(0.1)
    return len(bodies) / (time.monotonic() - start)


def _bare(bodies: list[bytes]) -> float:
    """Pictures a second that decoding and encoding alone comes to, on all cores."""
    with multiprocessing.get_context("fork").Pool() as pool:
        pool.map(_decode, bodies[:2])
        start = time.monotonic()
        pool.map(_decode, bodies, chunksize=1)
        return len(bodies) / (time.monotonic() - start)


def _decode(body: bytes) -> int:
    import io

    return len(visit.answer(io.BytesIO(body), Limits(), SIDES))
