"""What `manage.py database_users` says when it can't do its work, and that it never shows the password. (Nor do MySQL's
logs: tests/servers/test_mysql.py)"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.functions_user import PASSWORD, FunctionsUser

pytestmark = pytest.mark.server


@pytest.fixture
def user(aws: Any, mariadb: Any, production: Any) -> Iterator[FunctionsUser]:
    yield (user := FunctionsUser(aws, mariadb, production))
    mariadb.execute(f"DROP USER IF EXISTS {user.name}@'%'")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a-password-without-json", "could not be read (JSONDecodeError)"),
        ('{"password": "a-password-of-good-length"}', "could not be read (KeyError)"),
        ('{"username": "x\'@\'%", "password": "a-password-of-good-length"}', "letters a to z and _"),
        ('{"username": "functions_alone", "password": "a-password"}', "at least 20"),
        ('{"username": "functions_alone", "password": "a-passwordöof-good-length"}', "of ASCII"),
    ],
)
def test_secret_that_is_no_use(user: FunctionsUser, text: str, words: str) -> None:
    user.put(text)
    done = user.make("--traceback")
    assert done.returncode == 1
    assert words in done.stderr
    assert "a-password" not in done.stdout + done.stderr


def test_no_secret(user: FunctionsUser) -> None:
    done = user.make(FUNCTIONS_DATABASE_SECRET_ARN="")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "FUNCTIONS_DATABASE_SECRET_ARN is missing" in done.stderr


def test_secret_of_the_site_itself(user: FunctionsUser) -> None:
    """It would take its own rights away."""
    name, password = user.server.account()
    user.server.execute(f"RENAME USER {name}@'%' TO the_site@'%'")
    own = user.new_secret({"username": "the_site", "password": password})
    user.put(json.dumps({"username": "the_site", "password": PASSWORD}))
    done = user.make(DATABASE_SECRET_ARN=own)
    assert done.returncode == 1
    assert "the_site is the site's own account." in done.stderr


def test_before_the_migration(user: FunctionsUser) -> None:
    name, password = user.server.account()
    own = user.new_secret({"username": name, "password": password})
    done = user.make(DATABASE_NAME=name, DATABASE_SECRET_ARN=own)
    assert done.returncode == 1
    assert "error 1146. A table is missing: run `manage.py migrate` first." in done.stderr


def test_account_that_may_not_make_users(user: FunctionsUser) -> None:
    """What goes wrong is said without the statement: the password is in it."""
    name, password = user.server.account()
    user.server.execute(
        f"REVOKE ALL PRIVILEGES, GRANT OPTION FROM {name}@'%'", f"GRANT ALL ON {user.database}.* TO {name}@'%'"
    )
    own = user.new_secret({"username": name, "password": password})
    done = user.make("--traceback", DATABASE_SECRET_ARN=own)
    assert done.returncode == 1
    assert "error 1227. The site's account must be the database's master" in done.stderr
    assert PASSWORD[-19:] not in done.stdout + done.stderr
