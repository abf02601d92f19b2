"""A real MySQL server in the place of MariaDB. REAL_MYSQL names the folder that `python -m tests.servers.mysql FOLDER`
has unpacked it into; with it every test that asks for MariaDB gets this one."""

import os
import sys
from pathlib import Path

from tests.servers import debian

# What RDS's master has on MySQL beside mariadb.MASTER; among what MariaDB does not know.
MASTER = "CREATE ROLE, DROP ROLE, APPLICATION_PASSWORD_ADMIN, ROLE_ADMIN, XA_RECOVER_ADMIN"


def wanted() -> bool:
    return "REAL_MYSQL" in os.environ


def program() -> list[str]:
    """mysqld with what it must be told because it was never installed."""
    folder = Path(os.environ["REAL_MYSQL"]).absolute()
    files = folder / "root/usr"
    return [
        *(*debian.program(folder, "usr/sbin/mysqld"), "--no-defaults", f"--basedir={files}", "--mysqlx=OFF"),
        *(f"--lc-messages-dir={files}/share/mysql", f"--character-sets-dir={files}/share/mysql/charsets"),
        *(f"--plugin-dir={files}/lib/mysql/plugin", "--secure-file-priv=", "--innodb-buffer-pool-size=128M"),
        *("--performance-schema=OFF", "--innodb-doublewrite=OFF", "--innodb-flush-method=O_DIRECT_NO_FSYNC"),
    ]


def install(data: Path) -> list[str]:
    """The command that makes its system tables, with a root who needs no password."""
    return [*program(), f"--datadir={data}", "--initialize-insecure"]


if __name__ == "__main__":
    try:
        debian.unpack(Path(sys.argv[1]), "mysql-server-core")
    except debian.NotHere as problem:
        sys.exit(f"A real MySQL server can't be had here ({problem}) The tests run on MariaDB: make test.")
