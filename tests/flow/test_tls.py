"""TLS to the database is verified by both drivers. Always on a fresh account that the server takes by TLS only: once a
server has cached a password, a plain connection can pass by accident."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pymysql
import pytest
import trustme

from processors import events
from tests.flow.world import World
from tests.servers.container import Container
from tests.servers.event_source import event_of
from tests.servers.site import manage

pytestmark = pytest.mark.server

AN_UPLOAD = event_of(events.message(events.Upload("b", "uploads/x")))
ASK = "from django.db import connection; connection.cursor().execute('SELECT 1'); print('answered')"


@pytest.fixture
def fresh(world: World) -> dict[str, str]:
    """The environment with an account that has never connected."""
    name, password = world.mariadb.account()
    world.mariadb.execute(f"GRANT ALL ON {world.database}.* TO {name}@'%'")
    secret = world.aws.secret(f"database-{name}", f'{{"username": "{name}", "password": "{password}"}}')
    return {**world.environment, "DATABASE_SECRET_ARN": secret}


@pytest.fixture
def other_ca(tmp_path: Path) -> str:
    """An authority that did not sign the server's certificate."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    return str(tmp_path / "other.pem")


class Forwarder(socketserver.BaseRequestHandler):
    """Passes on a connection to the port of the same number of 127.0.0.1."""

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.server_address[1])) as behind:
            back = threading.Thread(target=pump, args=(behind, self.request))
            back.start()
            pump(self.request, behind)
            back.join(10)


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def other_name(mariadb: Any) -> Iterator[str]:
    """The same server under an address that its certificate is not for."""
    with socketserver.ThreadingTCPServer(("127.0.0.2", mariadb.port), Forwarder) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield "127.0.0.2"
        server.shutdown()
        thread.join(10)


def ask_function(environment: dict[str, str]) -> str:
    """What the thumbnail function says to a message of an object that is not there."""
    container = Container("processors.thumbnail.handler", environment)
    try:
        return f"{container(AN_UPLOAD)} {container.log}"
    finally:
        container.close()


def ask_site(environment: dict[str, str]) -> str:
    done = manage("shell", "-c", ASK, **environment)
    return done.stdout + done.stderr


def test_it_works(fresh: dict[str, str]) -> None:
    """The account can be used, so what fails below fails for another reason."""
    assert "answered" in ask_site(fresh)


def test_function_connects(fresh: dict[str, str]) -> None:
    assert '"outcome":"gone"' in ask_function(fresh)  # it got past the database


def test_function_refuses_another_authority(fresh: dict[str, str], other_ca: str) -> None:
    assert "CERTIFICATE_VERIFY_FAILED" in ask_function({**fresh, "DATABASE_CA": other_ca})


def test_site_refuses_another_authority(fresh: dict[str, str], other_ca: str) -> None:
    said = ask_site({**fresh, "DATABASE_CA": other_ca})
    assert "answered" not in said
    assert "TLS/SSL error: self-signed certificate in certificate chain" in said


def test_function_refuses_another_name(fresh: dict[str, str], other_name: str) -> None:
    said = ask_function({**fresh, "DATABASE_HOST": other_name})
    assert "IP address mismatch" in said


def test_site_refuses_another_name(fresh: dict[str, str], other_name: str) -> None:
    said = ask_site({**fresh, "DATABASE_HOST": other_name})
    assert "answered" not in said
    assert "TLS/SSL error" in said


def test_account_can_not_be_used_without_tls(fresh: dict[str, str], world: World) -> None:
    """That the server insists is what makes the tests above worth something."""
    name = f"images_{world.mariadb.counter}"
    with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
        pymysql.connect(host=world.mariadb.host, port=world.mariadb.port, user=name, password="first-password",
                        ssl_disabled=True)  # fmt: skip
