"""SQLite has no users: what needs the run's own database on a server is collected with TEST_DATABASE=mysql only, by the
second half of `make test`."""

import os
from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
from django.db import connection as of_the_site
from pymysql.constants import CLIENT

from gallery import database_users
from tests.servers.functions_user import PASSWORD

ON_A_SERVER = ["test_functions_user.py", "test_functions_user_ledger.py"]
collect_ignore = [] if os.environ.get("TEST_DATABASE") == "mysql" else ON_A_SERVER


@pytest.fixture(scope="module")
def functions(mariadb: Any, django_db_setup: Any, django_db_blocker: Any) -> Iterator[Any]:
    """A connection of the functions' user, as processors/aws/mysql.py makes it."""
    with django_db_blocker.unblock():
        database_users.make(of_the_site, "functions_contract", PASSWORD)
    connection = pymysql.connect(
        host=mariadb.host, port=mariadb.port, user="functions_contract", password=PASSWORD, ssl_ca=mariadb.ca,
        database=of_the_site.settings_dict["NAME"], charset="utf8mb4", autocommit=True, client_flag=CLIENT.FOUND_ROWS,
        init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    )  # fmt: skip
    with connection:
        yield connection
