"""A private MariaDB server: own folder, own port, loopback only, TLS with a certificate of its own, gone at exit. With
REAL_MYSQL it is a MySQL server (mysql.py)."""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pymysql
import trustme

from tests.servers import mysql

# What RDS gives its master user (RDS user guide, "Master user account privileges"), and both servers know.
MASTER = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES,"
    " CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW,"
    " CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER"
)
OPEN_ROOT = ["--auth-root-authentication-method=normal", "--skip-test-db"]
UNPRIVILEGED = 65534  # mariadbd refuses to run as root


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class Server:
    folder: Path
    port: int
    host: str = "127.0.0.1"
    program: list[str] = field(default_factory=lambda: ["/usr/sbin/mariadbd", "--no-defaults"])
    counter: int = field(default=0)
    process: Any = None

    def up(self) -> None:
        """Start it; it answers when this returns."""
        command = [
            *(*self.program, f"--datadir={self.folder}/data", f"--socket={self.folder}/s.sock"),
            *(
                f"--port={self.port}",
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                f"--log-error={self.folder}/log",
            ),
            *(f"--tmpdir={self.folder}", "--character-set-server=utf8mb4", "--skip-log-bin"),
            "--innodb-flush-log-at-trx-commit=2",
            *(
                f"--ssl-ca={self.folder}/ca.pem",
                f"--ssl-cert={self.folder}/cert.pem",
                f"--ssl-key={self.folder}/key.pem",
            ),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_user())
        _wait(self)

    def down(self) -> None:
        """Stop it; its data stays for the next `up`."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)

    @property
    def ca(self) -> str:
        return str(self.folder / "ca.pem")

    @property
    def master(self) -> str:
        """What an account such as RDS's master may do on this server."""
        return f"{MASTER}, {mysql.MASTER}" if mysql.wanted() else MASTER

    def connect(self) -> Any:
        """A connection of root's."""
        return pymysql.connect(unix_socket=str(self.folder / "s.sock"), user="root", autocommit=True)

    def execute(self, *statements: str) -> Any:
        """As root; returns the rows of the last statement."""
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall()

    def account(self, password: str = "first-password") -> tuple[str, str]:
        """A fresh database and an account of the same name, with RDS's rights, that may connect by TLS only."""
        self.counter += 1
        name = f"images_{self.counter}"
        self.execute(
            f"CREATE DATABASE {name} CHARACTER SET utf8mb4",
            f"CREATE USER {name}@'%' IDENTIFIED BY '{password}' REQUIRE SSL",
            f"GRANT {self.master} ON *.* TO {name}@'%' WITH GRANT OPTION",
        )
        return name, password

    def set_password(self, user: str, password: str) -> None:
        self.execute(f"ALTER USER {user}@'%' IDENTIFIED BY '{password}'")

    def cut(self, user: str) -> None:
        """End this user's connections."""
        ids = self.execute(f"SELECT id FROM information_schema.processlist WHERE user = '{user}'")
        for (number,) in ids:
            with suppress(pymysql.err.OperationalError):  # it went by itself
                self.execute(f"KILL {number}")

    def django(self) -> dict[str, Any]:
        return {
            "ENGINE": "django.db.backends.mysql",
            "HOST": str(self.folder / "s.sock"),
            "USER": "root",
            "NAME": "images",
            "OPTIONS": {"charset": "utf8mb4"},
            "TEST": {"CHARSET": "utf8mb4"},
        }


@cache
def start() -> Server:
    """The server of this test run, running."""
    folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
    _certificates(folder)
    if _user():
        for path in [folder, *folder.iterdir()]:
            shutil.chown(path, UNPRIVILEGED, UNPRIVILEGED)
    subprocess.run(
        _install(folder / "data"), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_user()
    )
    server = Server(folder, free_port())
    if mysql.wanted():
        server.program = mysql.program()
    atexit.register(stop, server)
    server.up()
    return server


def _install(data: Path) -> list[str]:
    if mysql.wanted():
        return mysql.install(data)
    return ["mariadb-install-db", "--no-defaults", f"--datadir={data}", *OPEN_ROOT]


def _user() -> dict[str, Any]:
    return {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}


def stop(server: Server) -> None:
    if server.process:
        server.down()
    shutil.rmtree(server.folder, ignore_errors=True)


def _certificates(folder: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))


def _wait(server: Server) -> None:
    end = time.monotonic() + 30
    while not _listens(server.folder / "s.sock"):
        if time.monotonic() > end or server.process.poll() is not None:
            raise RuntimeError((server.folder / "log").read_text()[-2000:])
        time.sleep(0.1)
    server.execute("SELECT 1")


def _listens(file: Path) -> bool:
    """Asked by a socket of our own: PyMySQL leaves its one open when nobody answers."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(file)) == 0
