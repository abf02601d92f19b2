"""deploy/nginx.conf in front of a tiny site that notes what reaches it."""

import http.client
import re
import subprocess
import textwrap
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from tests.servers.proxy import CONF, Proxy

pytestmark = [pytest.mark.slow, pytest.mark.server]
MB = 1024 * 1024


class _Tiny(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(self)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_: Any) -> None:
        """Nothing on the screen."""


@pytest.fixture
def upstream() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Tiny)
    server.daemon_threads, server.seen = True, []
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def proxy(upstream: Any, tmp_path: Path) -> Iterator[Proxy]:
    proxy = Proxy(tmp_path, f"127.0.0.1:{upstream.server_port}").start()
    yield proxy
    proxy.stop()


def test_nginx_accepts_the_file(tmp_path: Path) -> None:
    Proxy(tmp_path, "unix:/run/image_app/gunicorn.sock")
    command = ["nginx", "-t", "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_nginx_accepts_what_the_guide_to_one_machine_makes_of_it(tmp_path: Path) -> None:
    guide = (CONF.parents[1] / "docs/one-machine.md").read_text()
    found = re.search(r"https\.sed <<'END'\n(.*?)\n    END", guide, re.DOTALL)
    assert found
    script = textwrap.dedent(found[1]).replace("/etc/image_app", str(tmp_path))
    text = subprocess.run(["sed", script, CONF], capture_output=True, text=True, check=True).stdout
    assert "return 301 https://" in text
    assert "X-Forwarded-Proto $scheme;" in text
    assert "keepalive_timeout 75s;" in text
    pair = ["-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=pictures.example.org", *pair]
    subprocess.run(command, capture_output=True, check=True)
    (tmp_path / "made.conf").write_text(text)
    Proxy(tmp_path, "unix:/run/image_app/gunicorn.sock", tmp_path / "made.conf")
    assert "listen 443 ssl " in text
    test = ["nginx", "-t", "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(test, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", ["/admin/login/", "/gallery", "/healthz", "/report/1"])
def test_a_body_over_1_mb_does_not_reach_the_site(proxy: Proxy, upstream: Any, path: str) -> None:
    assert requests.post(proxy.url + path, data=b"a" * (MB + 1), timeout=10).status_code == 413
    assert upstream.seen == []
    assert requests.post(proxy.url + path, data=b"a" * MB, timeout=10).status_code == 200


def test_pictures_may_be_larger(proxy: Proxy, upstream: Any) -> None:
    assert requests.post(proxy.url + "/", data=b"a" * (3 * MB), timeout=10).status_code == 200
    assert len(upstream.seen[0].body) == 3 * MB


def test_the_addresses_of_the_way_here_are_appended_to(proxy: Proxy, upstream: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    connection.putrequest("GET", "/")
    for address in ("192.0.2.1", "192.0.2.2"):
        connection.putheader("X-Forwarded-For", address)
    connection.endheaders()
    assert connection.getresponse().status == 200
    connection.close()
    assert upstream.seen[0].headers["X-Forwarded-For"] == "192.0.2.1, 192.0.2.2, 127.0.0.1"


@pytest.mark.parametrize(("sent", "arrives"), [({"X-Forwarded-Proto": "https"}, "https"), ({}, "http")])
def test_the_load_balancers_word_for_https_is_passed_on(
    proxy: Proxy, upstream: Any, sent: dict[str, str], arrives: str
) -> None:
    requests.get(proxy.url + "/", headers=sent, timeout=10)
    assert upstream.seen[0].headers.get_all("X-Forwarded-Proto") == [arrives]


ADDRESS = {"X-Forwarded-For": "127.0.0.1"}
PROTO = {"X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ({}, "loopback"),
        ({"X-Arrived-By": "load-balancer"}, "loopback"),  # a client's own word goes no further
        (ADDRESS, "load-balancer"),
        (PROTO, "load-balancer"),
        ({**ADDRESS, **PROTO, "X-Arrived-By": "loopback", "Host": "127.0.0.1:5000"}, "load-balancer"),
        ({**ADDRESS, "Connection": "x-forwarded-for, x-arrived-by"}, "load-balancer"),
        ({"X_Arrived_By": "load-balancer"}, "loopback"),
    ],
)
def test_the_site_hears_who_came_by_loopback(proxy: Proxy, upstream: Any, sent: dict[str, str], arrives: str) -> None:
    """As Session Manager's tunnel does. A proxy on this machine names in its headers for whom it asks."""
    requests.get(proxy.url + "/", headers=sent, timeout=10)
    assert upstream.seen[0].headers.get_all("X-Arrived-By") == [arrives]


@pytest.mark.parametrize("sent", [{}, {"X-Arrived-By": "loopback", "Host": "127.0.0.1"}])
def test_nobody_else_is_taken_for_loopback(proxy: Proxy, upstream: Any, sent: dict[str, str]) -> None:
    """A client with another address, whatever it sends and leaves out."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10, source_address=("127.0.0.9", 0))
    connection.request("GET", "/", headers=sent)
    assert connection.getresponse().status == 200
    connection.close()
    assert upstream.seen[0].headers.get_all("X-Arrived-By") == ["load-balancer"]


def test_a_header_with_an_underscore_is_dropped(proxy: Proxy, upstream: Any) -> None:
    requests.get(proxy.url + "/", headers={"SCRIPT_NAME": "/evil", "X-Kept": "yes"}, timeout=10)
    assert "SCRIPT_NAME" not in upstream.seen[0].headers
    assert upstream.seen[0].headers["X-Kept"] == "yes"


def test_a_chunked_upload_reaches_the_site_with_its_length(proxy: Proxy, upstream: Any) -> None:
    requests.post(proxy.url + "/", data=iter([b"one", b"two"]), timeout=10)
    assert upstream.seen[0].body == b"onetwo"
    assert upstream.seen[0].headers["Content-Length"] == "6"
    assert "Transfer-Encoding" not in upstream.seen[0].headers
