"""`manage.py migrate` on MySQL: processes that start together, as instances of a fleet do."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from subprocess import CompletedProcess
from typing import Any

import pymysql
import pytest

from tests.servers.site import manage

pytestmark = pytest.mark.server


@pytest.fixture
def migrate(production: Any, aws: Any, mariadb: Any) -> Callable[..., CompletedProcess[str]]:
    """The command on an empty database."""
    name, password = mariadb.account()
    arn = aws.secret(name, json.dumps({"username": name, "password": password}))
    environment = {**production.environment, "DATABASE_NAME": name, "DATABASE_SECRET_ARN": arn}
    return lambda *arguments: manage("migrate", *arguments, **environment)


def test_it_works(migrate: Any) -> None:
    first, second = migrate(), migrate()
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Applying gallery.0001_initial... OK" in first.stdout
    assert "No migrations to apply." in second.stdout


def test_three_at_once(migrate: Any) -> None:
    """One migrates; the others wait, and find nothing to do."""
    with ThreadPoolExecutor(3) as threads:
        done = list(threads.map(lambda _: migrate(), range(3)))
    assert [each.returncode for each in done] == [0, 0, 0], [each.stderr for each in done]
    assert sorted("No migrations to apply." in each.stdout for each in done) == [False, True, True]
    assert any("waiting for it" in each.stderr for each in done)


def test_lock_that_stays(migrate: Any, mariadb: Any) -> None:
    other = pymysql.connect(unix_socket=str(mariadb.folder / "s.sock"), user="root")
    with other, other.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, 0)", [f"migrate:images_{mariadb.counter}"])
        done = migrate("--lock-timeout=1")
        assert done.returncode == 1
        assert "more than 1 s; nothing was changed here" in done.stderr
    assert migrate("--check").returncode == 1  # there still is something to apply
