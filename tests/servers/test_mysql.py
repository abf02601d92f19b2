"""What MariaDB does not show: logins by caching_sha2_password, and a server that keeps passwords out of its logs."""

from collections.abc import Iterator
from typing import Any

import pymysql
import pytest

from tests.servers.functions_user import PASSWORD, FunctionsUser
from tests.servers.site import manage

pytestmark = pytest.mark.server
ASK = "from django.db import connection as c; c.ensure_connection(); print(c.mysql_is_mariadb, c.mysql_version[0] > 7)"


@pytest.fixture
def user(aws: Any, mariadb: Any, production: Any) -> Iterator[FunctionsUser]:
    yield (user := FunctionsUser(aws, mariadb, production))
    mariadb.execute(f"DROP USER IF EXISTS {user.name}@'%'")


@pytest.fixture
def _logs(mariadb: Any) -> Iterator[None]:
    """Every statement is in both logs."""
    logs = ("general_log", "slow_query_log")
    mariadb.execute(*[f"SET GLOBAL {log}_file = '{mariadb.folder}/{log}'" for log in logs])
    mariadb.execute("SET GLOBAL long_query_time = 0", *[f"SET GLOBAL {log} = ON" for log in logs])
    yield
    mariadb.execute("SET GLOBAL long_query_time = DEFAULT", *[f"SET GLOBAL {log} = OFF" for log in logs])


def test_site_logs_in(production: Any, mariadb: Any) -> None:
    """mysqlclient by TLS, while the server remembers no password, as after it was restarted."""
    plugins = f"SELECT plugin FROM mysql.user WHERE user = '{production.name}'"
    assert mariadb.execute("FLUSH PRIVILEGES", plugins) == (("caching_sha2_password",),)
    done = manage("shell", "-v0", "-c", ASK, **production.environment)
    assert done.stdout == "False True\n", done.stderr


def test_function_logs_in_without_cryptography(user: FunctionsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its package has no such library: PyMySQL needs it only where there is no TLS."""
    assert user.make().returncode == 0
    monkeypatch.setattr("pymysql._auth._have_cryptography", False)
    assert user.ask("SELECT COUNT(*) FROM images") == ((0,),)
    with pytest.raises(pymysql.err.Error):
        user.login(ssl_disabled=True)


@pytest.mark.usefixtures("_logs")
def test_password_is_in_no_log(user: FunctionsUser, mariadb: Any) -> None:
    assert user.make().returncode == 0
    for log in ("general_log", "slow_query_log"):
        text = (mariadb.folder / log).read_text()
        assert "ALTER USER 'functions_alone'@'%' IDENTIFIED BY <secret> REQUIRE SSL" in text
        assert PASSWORD[-19:] not in text
