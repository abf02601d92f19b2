"""A private MariaDB: its own folder and port, 127.0.0.1 only, TLS with a throw-away authority, gone when we end.

MariaDB stands in for RDS MySQL. It hides over-long unique keys (it hashes them silently): `row_format="compact"` brings
the limit of 767 bytes back, which old MySQL servers have.
"""

import atexit
import secrets
import shutil
import subprocess
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT
from typing import Any

import pymysql
import trustme

from tests import servers

START_SECONDS = 60.0
UNICODE = ("--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci")


@dataclass(frozen=True)
class Account:
    """Somebody who may do everything in one database."""

    user: str
    password: str
    database: str


class MariaDB:
    """One server. `user`, `password` and `database` are of an account made at the start; `ca` is the file with the
    authority that signed its certificate, which is for 127.0.0.1."""

    host = "127.0.0.1"

    def __init__(self, row_format: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
        atexit.register(self.stop)
        self.port = servers.free_port()
        self.ca = _certificates(self.folder)
        _give_away(self.folder)
        _install(self.folder)
        self._process = self._launch()
        self._wait()
        self._lock_up()
        if row_format:
            self.execute("SET GLOBAL innodb_default_row_format = " + row_format)
        account = self.create_account("annotations")
        self.user, self.password, self.database = account.user, account.password, account.database

    def create_account(self, database: str = "", *, tls: bool = False) -> Account:
        """A new account with `database`, which is created where it is missing (without a name: a new one).
        `tls`: the server refuses the account without TLS."""
        database = database or f"db_{secrets.token_hex(6)}"
        account = Account(f"user_{secrets.token_hex(6)}", secrets.token_urlsafe(18), database)
        self.execute(f"CREATE DATABASE IF NOT EXISTS {database} CHARACTER SET utf8mb4")
        tls_words = "REQUIRE SSL" if tls else ""
        self.execute(f"CREATE USER {account.user} IDENTIFIED BY '{account.password}' {tls_words}")
        self.execute(f"GRANT ALL ON *.* TO {account.user}")  # Django's test runner creates databases of its own
        return account

    def rotate(self, user: str) -> str:
        """Give the account a new password, which is returned; what is connected under the old one is cut off."""
        password = secrets.token_urlsafe(18)
        self.execute(f"SET PASSWORD FOR {user} = PASSWORD('{password}')")
        self.disconnect(user)
        return password

    def disconnect(self, user: str) -> None:
        """End every connection of the account, as a restart or a failover does."""
        self.execute(f"KILL USER {user}")

    def execute(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run one statement as the server's root."""
        socket_file = str(self.folder / "socket")
        with closing(pymysql.connect(unix_socket=socket_file, user="root", autocommit=True)) as connection:
            cursor = connection.cursor()
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def connect(self, account: "Account | MariaDB | None" = None, **options: Any) -> Any:
        """A connection by PyMySQL, as `processors.aws` makes it, with verified TLS."""
        account = account or self
        defaults = {"autocommit": True, "charset": "utf8mb4", "ssl_ca": self.ca, "ssl_verify_cert": True}
        return pymysql.connect(
            host=self.host, port=self.port, user=account.user, password=account.password,
            database=account.database, client_flag=pymysql.constants.CLIENT.FOUND_ROWS, **(defaults | options),
        )  # fmt: skip

    def django(self) -> dict[str, Any]:
        """This server as an entry of Django's DATABASES."""
        names = {"NAME": self.database, "USER": self.user, "PASSWORD": self.password}
        address = {"HOST": self.host, "PORT": self.port, "OPTIONS": {"charset": "utf8mb4"}}
        return {"ENGINE": "django.db.backends.mysql", **names, **address}

    @cached_property
    def other_ca(self) -> str:
        """The file of an authority that did not sign this server's certificate."""
        file = self.folder / "other-ca.pem"
        trustme.CA().cert_pem.write_to_path(str(file))
        file.chmod(0o644)
        return str(file)

    def stop(self) -> None:
        """End the server and remove its folder; may be called twice."""
        if process := getattr(self, "_process", None):
            servers.stop(process)
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.stop)

    def _launch(self) -> subprocess.Popen[bytes]:
        folder = self.folder
        tls = [f"--ssl-ca={self.ca}", f"--ssl-cert={folder}/server.pem", f"--ssl-key={folder}/server.key"]
        files = [f"--datadir={folder}/data", f"--socket={folder}/socket", f"--log-error={folder}/log"]
        net = [f"--port={self.port}", f"--bind-address={self.host}", "--skip-name-resolve", "--max-connections=200"]
        # Durable to the operating system only: nobody needs the data after a power cut.
        fast = ["--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=64M", "--skip-log-bin"]
        command = [
            _program("mariadbd"),
            "--no-defaults",
            f"--pid-file={folder}/pid",
            *files,
            *net,
            *UNICODE,
            *tls,
            *fast,
        ]
        return servers.launch(command, servers.unprivileged(), stdout=DEVNULL, stderr=DEVNULL)

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.execute("SELECT 1")
                return
            except pymysql.err.Error:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"mariadbd did not start:\n{(self.folder / 'log').read_text()}") from None
                time.sleep(0.05)

    def _lock_up(self) -> None:
        """Root by the socket alone, and nobody without a name."""
        for user, host in self.execute("SELECT User, Host FROM mysql.user WHERE User IN ('', 'root')"):
            if (user, host) != ("root", "localhost"):
                self.execute("DROP USER %s@%s", user, host)


def start(row_format: str = "") -> MariaDB:
    """Start a server (about 5 s). It is stopped when this process ends, however the tests went."""
    return MariaDB(row_format)


def _install(folder: Path) -> None:
    (folder / "data").mkdir()
    _give_away(folder / "data")
    command = [_program("mariadb-install-db"), "--no-defaults", f"--datadir={folder}/data", "--skip-test-db"]
    command += ["--auth-root-authentication-method=normal", f"--tmpdir={folder}"]
    process = servers.launch(command, servers.unprivileged(), stdout=PIPE, stderr=STDOUT)
    output, _ = process.communicate(timeout=120)
    if process.returncode:
        raise RuntimeError(f"mariadb-install-db failed:\n{output.decode()}")


def _certificates(folder: Path) -> str:
    authority = trustme.CA()
    server = authority.issue_cert("127.0.0.1", "localhost")
    server.private_key_pem.write_to_path(str(folder / "server.key"))
    server.cert_chain_pems[0].write_to_path(str(folder / "server.pem"))
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    return str(folder / "ca.pem")


def _program(name: str) -> str:
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not path:
        raise RuntimeError(f"{name} is not installed: run tests/install-packages.sh first.")
    return path


def _give_away(folder: Path) -> None:
    if user := servers.unprivileged():
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user)
