"""`manage.py database_users` on a real server: what the functions' user may do, what it may not, and a new password.
Its statements: test_functions_user.py"""

import json
import string
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from gallery.database_users import PRIVILEGES
from tests.servers.functions_user import PASSWORD, FunctionsUser
from tests.servers.site import manage

pytestmark = pytest.mark.server

NEXT = "The-Second-Password" + string.punctuation
NO_ACCESS, NOT_THIS_TABLE = 1045, 1142  # MySQL server error reference
RIGHTS = {f"GRANT {words} ON `{table}`" for table, words in PRIVILEGES.items()} | {"GRANT USAGE ON *.*"}


@pytest.fixture
def user(aws: Any, mariadb: Any, production: Any) -> Iterator[FunctionsUser]:
    yield (user := FunctionsUser(aws, mariadb, production))
    mariadb.execute(f"DROP USER IF EXISTS {user.name}@'%'")


@pytest.fixture
def made(user: FunctionsUser) -> FunctionsUser:
    done = user.make()
    assert done.returncode == 0, done.stderr
    return user


def test_it_works(user: FunctionsUser) -> None:
    done = user.make()
    assert (done.returncode, done.stderr) == (0, "")
    tables = "annotations, budgets, image_tags, image_words, images, jobs, prompts, translations, words"
    assert done.stdout == f"functions_alone may use {tables}, by TLS, and nothing else.\n"
    assert user.rights() == RIGHTS
    assert user.ask("SELECT COUNT(*) FROM images WHERE id = 0") == ((0,),)


def test_twice_changes_nothing(made: FunctionsUser) -> None:
    assert made.make().returncode == 0
    assert made.rights() == RIGHTS


def test_three_instances_at_once(user: FunctionsUser) -> None:
    with ThreadPoolExecutor(3) as threads:
        done = list(threads.map(lambda _: user.make(), range(3)))
    assert [each.returncode for each in done] == [0, 0, 0], [each.stderr for each in done]
    assert user.rights() == RIGHTS


def test_other_tables_are_closed(made: FunctionsUser, mariadb: Any) -> None:
    tables = f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{made.database}'"
    others = {name for (name,) in mariadb.execute(tables)} - set(PRIVILEGES)
    assert {"auth_user", "django_session", "django_migrations", "axes_accessattempt"} <= others
    assert {made.error(f"SELECT * FROM `{name}`") for name in others} == {NOT_THIS_TABLE}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM images",
        "DELETE FROM annotations",
        "UPDATE prompts SET style = ''",
        "CREATE TABLE more (id INT)",
        "DROP TABLE images",
        "ALTER TABLE images ADD COLUMN more INT",
        "GRANT SELECT ON images TO functions_alone@'%'",
        "SELECT * FROM mysql.user",
    ],
)
def test_other_statements_are_refused(made: FunctionsUser, sql: str) -> None:
    assert made.error(sql) == NOT_THIS_TABLE


def test_no_login_without_tls(made: FunctionsUser) -> None:
    assert made.error(ssl_disabled=True) == NO_ACCESS


def test_new_password(made: FunctionsUser) -> None:
    """Connections that are open stay open: a function needs the new one at its next connection."""
    with closing(made.login()) as before:
        made.put(json.dumps({"username": made.name, "password": NEXT}))
        assert made.make().returncode == 0
        assert made.error(password=PASSWORD) == NO_ACCESS
        assert made.ask("SELECT COUNT(*) FROM images WHERE id = 0", NEXT) == ((0,),)
        with before.cursor() as cursor:
            assert cursor.execute("SELECT COUNT(*) FROM images WHERE id = 0") == 1


def test_nobody_is_refused_meanwhile(made: FunctionsUser) -> None:
    stop, answers = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            answers.append(made.ask("SELECT COUNT(*) FROM images WHERE id = 0"))

    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(ask)
        try:
            assert made.make().returncode == 0
        finally:
            stop.set()
        asking.result(10)
    assert len(answers) > 10


def test_more_than_that_is_taken_away(made: FunctionsUser, mariadb: Any) -> None:
    mariadb.execute(
        f"GRANT ALL ON {made.database}.* TO {made.name}@'%' WITH GRANT OPTION",
        f"GRANT PROCESS ON *.* TO {made.name}@'%'",
        f"GRANT DELETE ON {made.database}.images TO {made.name}@'%'",
    )
    assert made.ask("SELECT COUNT(*) FROM auth_user WHERE id = 0") == ((0,),)
    assert made.make().returncode == 0
    assert made.rights() == RIGHTS
    assert made.error("SELECT * FROM auth_user") == NOT_THIS_TABLE


def test_roles_are_taken_away(made: FunctionsUser, mariadb: Any) -> None:
    mariadb.execute("CREATE ROLE IF NOT EXISTS everything", f"GRANT everything TO {made.name}@'%'")
    done = made.make()
    mariadb.execute("DROP ROLE everything")
    assert done.returncode == 0, done.stderr
    assert made.rights() == RIGHTS


def test_another_instance_that_takes_its_time(user: FunctionsUser, mariadb: Any) -> None:
    with mariadb.connect() as other, other.cursor() as cursor, ThreadPoolExecutor(1) as threads:
        cursor.execute("SELECT GET_LOCK(%s, 0)", [f"database_users:{user.database}"])
        waiting = threads.submit(user.make)
        with pytest.raises(TimeoutError):
            waiting.result(4)
        cursor.execute("SELECT RELEASE_LOCK(%s)", [f"database_users:{user.database}"])
        assert waiting.result(30).returncode == 0


def test_one_machine(tmp_path: Any) -> None:
    done = manage("database_users", VAR_DIR=str(tmp_path))
    assert done.returncode == 1
    assert (
        done.stderr == "CommandError: There is nothing to do: on one machine nobody but the site uses its database.\n"
    )
