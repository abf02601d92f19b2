"""A private MariaDB server: own folder, own port, loopback only, TLS with a certificate of its own, gone at exit."""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pymysql
import trustme

UNPRIVILEGED = 65534  # mariadbd refuses to run as root


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class Server:
    folder: Path
    port: int
    process: Any
    host: str = "127.0.0.1"
    counter: int = field(default=0)

    @property
    def ca(self) -> str:
        return str(self.folder / "ca.pem")

    def execute(self, *statements: str) -> None:
        connection = pymysql.connect(unix_socket=str(self.folder / "s.sock"), user="root", autocommit=True)
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def account(self, password: str = "first-password") -> tuple[str, str]:
        """A fresh database and an account of the same name for it that may connect by TLS only."""
        self.counter += 1
        name = f"images_{self.counter}"
        self.execute(
            f"CREATE DATABASE {name} CHARACTER SET utf8mb4",
            f"CREATE USER {name}@'%' IDENTIFIED BY '{password}' REQUIRE SSL",
            f"GRANT ALL ON {name}.* TO {name}@'%'",
        )
        return name, password

    def set_password(self, user: str, password: str) -> None:
        self.execute(f"SET PASSWORD FOR {user}@'%' = PASSWORD('{password}')")

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
def start(row_format: str = "dynamic") -> Server:
    """The server of this test run, running. `row_format`: compact has the index limit of 767 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
    _certificates(folder)
    options = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}
    if options:
        for path in [folder, *folder.iterdir()]:
            shutil.chown(path, UNPRIVILEGED, UNPRIVILEGED)
    data = folder / "data"
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}"]
    install += ["--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    port = free_port()
    command = [
        *("/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={folder}/s.sock", f"--port={port}"),
        *("--bind-address=127.0.0.1", "--skip-name-resolve", f"--log-error={folder}/log", f"--tmpdir={folder}"),
        *("--character-set-server=utf8mb4", f"--innodb-default-row-format={row_format}", "--skip-log-bin"),
        *(f"--ssl-ca={folder}/ca.pem", f"--ssl-cert={folder}/cert.pem", f"--ssl-key={folder}/key.pem"),
        "--innodb-flush-log-at-trx-commit=2",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    server = Server(folder, port, process)
    atexit.register(stop, server)
    _wait(server)
    return server


def stop(server: Server) -> None:
    server.process.terminate()
    try:
        server.process.wait(20)
    except subprocess.TimeoutExpired:
        server.process.kill()
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
