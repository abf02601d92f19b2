"""The schema under the strictest limit that InnoDB has: with row_format=compact no column of an index is wider than 767
bytes. Without django-axes, whose one index of 1,020 bytes needs row_format=dynamic, the default since MySQL 5.7."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.site import manage

pytestmark = pytest.mark.server


@pytest.fixture
def compact(mariadb: Any) -> Iterator[None]:
    mariadb.execute("SET GLOBAL innodb_default_row_format = compact")
    yield
    mariadb.execute("SET GLOBAL innodb_default_row_format = dynamic")


@pytest.mark.usefixtures("compact")
def test_migrates(production: Any, aws: Any, mariadb: Any) -> None:
    name, password = mariadb.account()
    arn = aws.secret(name, json.dumps({"username": name, "password": password}))
    environment = {**production.environment, "DATABASE_NAME": name, "DATABASE_SECRET_ARN": arn}
    for app in ("gallery", "admin", "auth", "sessions"):
        done = manage("migrate", app, "-v0", **environment)
        assert done.returncode == 0, done.stderr
    tables = f"SELECT table_name, row_format FROM information_schema.tables WHERE table_schema = '{name}'"
    formats = {table: words for table, words in mariadb.execute(tables) if table != "django_migrations"}
    assert {"images", "jobs", "auth_user", "django_session"} <= set(formats)
    assert set(formats.values()) == {"Compact"}
