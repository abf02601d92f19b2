"""The contract tests of processors/records.py again, as the functions' user and through the functions' driver."""

from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
from django.db import connection as of_the_site
from pymysql.constants import CLIENT

from gallery import database_users
from processors import records
from tests.processors import test_records as contract
from tests.processors.test_records import *  # noqa: F403
from tests.servers.functions_user import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server]  # else it would not see the site's rows
# About the schema and its indexes, which others look at.
del test_hidden_pictures_that_look_alike_are_found_by_the_index_of_each_quarter  # noqa: F821
del test_every_index_fits_into_767_bytes  # noqa: F821


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


@pytest.fixture(autouse=True)
def _as_functions_user(functions: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "connection", functions)


def test_contract_is_run_by_this_user() -> None:
    (user,) = records._row(contract.connection, "SELECT CURRENT_USER()")
    assert user == "functions_contract@%"


def test_it_may_do_no_more() -> None:
    with pytest.raises(pymysql.err.OperationalError, match="denied"):
        records._row(contract.connection, "SELECT * FROM auth_user")
