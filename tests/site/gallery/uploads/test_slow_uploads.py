"""Senders who do not finish must not keep everybody else from the site."""

import select
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.servers.site import Site, empty_machine

pytestmark = pytest.mark.server
HEAD = (
    "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken={token}\r\nContent-Length: 1000000\r\n"
    "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(**empty_machine(tmp_path_factory.mktemp("site"))).start()
    yield site
    site.stop()


def begin_upload(site: Site) -> socket.socket:
    sender = socket.create_connection(("127.0.0.1", site.port), timeout=20)
    sender.sendall(HEAD.format(token="a" * 32).encode())
    return sender


def answers(senders: list[socket.socket], seconds: float) -> list[bytes]:
    """What they get within the time; an upload that was let in gets nothing, as it does not end."""
    end, found = time.monotonic() + seconds, {}
    while time.monotonic() < end and len(found) < 40:
        for sender in select.select(senders, [], [], 1)[0]:
            with suppress(ConnectionResetError):  # the answer came before
                found[sender] = found.get(sender, b"") + sender.recv(4096)
    return [answer for answer in found.values() if answer]


def test_it_works(site):
    senders = [begin_upload(site) for _ in range(60)]
    try:
        for path in ("/healthz", "/gallery"):
            with urllib.request.urlopen(site.url + path, timeout=20) as answer:
                assert answer.status == 200
        refused = answers(senders, 60)
        assert len(refused) >= 40  # two workers have ten places each, and nobody says who gets which
        assert all(answer.startswith(b"HTTP/1.1 503 ") and b"Retry-After: 5" in answer for answer in refused)
    finally:
        for sender in senders:
            sender.close()
