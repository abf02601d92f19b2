"""Slow connections: 200 of all kinds at once, while others look at the gallery and upload a picture."""

import contextlib
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import requests

from tests.flow.visitor import Visitor
from tests.pictures import jpeg
from tests.servers.proxy import Proxy
from tests.servers.site import Site, empty_machine

Row = tuple[str, str, bool]
COUNT, SECONDS = 200, 60
PAUSE = 3.0  # seconds between two bytes
GOAL = 0.99  # of the probes are answered within a second


def _post(path: str, more: str) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n\r\n".encode()


FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500000"
PICTURES = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 20000000"
# What is sent at once; then a byte every few seconds, but for "silent" and "does not close".
KINDS: dict[str, bytes] = {
    "head": b"GET /gallery HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ",
    "login body": _post("/admin/login/", FORM),
    "upload body": _post("/", PICTURES) + b"--b\r\n",
    "chunked": _post("/", "Transfer-Encoding: chunked") + b"4\r\n",
    "body to a page": _post("/gallery", FORM),
    "silent": b"",
    "does not close": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
}
QUIET = ("silent", "does not close")


class Attack:
    """Holds `count` connections to an address, of these kinds in turn; one that is closed is opened again."""

    def __init__(self, url: str, kinds: list[str], count: int = COUNT) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._kinds, self._over = [kinds[n % len(kinds)] for n in range(count)], threading.Event()

    def __enter__(self) -> "Attack":
        self._threads = [threading.Thread(target=self._hold, args=(kind,), daemon=True) for kind in self._kinds]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(10)

    def _hold(self, kind: str) -> None:
        while not self._over.is_set():
            with contextlib.suppress(OSError), socket.create_connection(self._address, timeout=5) as connection:
                connection.sendall(KINDS[kind])
                while not self._over.wait(PAUSE):
                    connection.sendall(b"" if kind in QUIET else b"a")
                    if kind != "does not close" and _closed(connection):
                        break
            self._over.wait(0.5)


def _closed(connection: socket.socket) -> bool:
    """Whether the other side has ended it; what it says meanwhile is read."""
    connection.setblocking(False)
    try:
        return connection.recv(65536) == b""
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(5)


def probe(url: str, over: Callable[[], bool]) -> tuple[int, int]:
    """Ask for gallery and /healthz until it is over: how often, and how often an answer came within a second."""
    asked = good = 0
    while not over():
        for path in ("/gallery", "/healthz"):
            asked += 1
            with contextlib.suppress(requests.RequestException):
                good += requests.get(url + path, timeout=1).status_code == 200
        time.sleep(0.4)
    return asked, good


def under(url: str, kinds: list[str], seconds: float, count: int = COUNT) -> tuple[int, int, bool]:
    """Attack for so long: probes, those that were answered within a second, and whether an upload went through."""
    uploaded = False
    with Attack(url, kinds, count):
        time.sleep(2)
        end = time.monotonic() + seconds / 2
        asked, good = probe(url, lambda: time.monotonic() > end)
        with contextlib.suppress(requests.RequestException, AssertionError), Visitor(url) as visitor:
            uploaded = bool(visitor.upload("meanwhile.jpg", jpeg()))
        end += seconds / 2
        more, well = probe(url, lambda: time.monotonic() > end)
    return asked + more, good + well, uploaded


@contextlib.contextmanager
def site() -> Iterator[str]:
    """One machine with the proxy in front, as docs/one-machine.md sets it up; its address."""
    with tempfile.TemporaryDirectory(prefix="slow-") as name:
        folder = Path(name)
        site = Site(**empty_machine(folder / "var", PROXIES="1")).start()
        proxy = Proxy(folder, f"127.0.0.1:{site.port}").start()
        try:
            yield proxy.url
        finally:
            proxy.stop()
            site.stop()


def run(full: bool = False, seconds: float = SECONDS, count: int = COUNT) -> list[Row]:
    """Rows of name, figure, and whether it is as it should be. `full`: each kind alone as well."""
    waves = {"all kinds at once": list(KINDS), **({kind: [kind] for kind in KINDS} if full else {})}
    rows = []
    with site() as url:
        for name, kinds in waves.items():
            asked, good, uploaded = under(url, kinds, seconds, count)
            figure = f"{good} of {asked} probes within 1 s; an upload meanwhile {'done' if uploaded else 'FAILED'}"
            rows.append((f"{count} slow connections: {name}", figure, uploaded and good >= GOAL * asked))
    return rows
