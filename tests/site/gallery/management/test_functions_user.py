"""The contract tests of processors/records.py again, as the functions' user and through the functions' driver."""

from typing import Any

import pymysql
import pytest

from processors import sql
from tests.processors import test_records as contract
from tests.processors.test_records import *  # noqa: F403

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server]  # else it would not see the site's rows
# About the schema and its indexes, which others look at.
del test_hidden_pictures_that_look_alike_are_found_by_the_index_of_each_quarter  # noqa: F821
del test_every_index_fits_into_767_bytes  # noqa: F821


@pytest.fixture(autouse=True)
def _as_functions_user(functions: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "connection", functions)


def test_contract_is_run_by_this_user() -> None:
    (user,) = sql.one(contract.connection, "SELECT CURRENT_USER()")
    assert user == "functions_contract@%"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM auth_user",
        "SELECT * FROM recaptions",
        "SELECT * FROM review_claims",
        "SELECT * FROM review_samples",
        "UPDATE prompts SET style = ''",
        "INSERT INTO prompts (name) VALUES ('Mine')",
        "DELETE FROM prompts",
        "DELETE FROM annotations",
        "DELETE FROM budgets",
        "DELETE FROM images",
        "DELETE FROM jobs",
        "UPDATE image_tags SET name = ''",
    ],
)
def test_it_may_do_no_more(statement: str) -> None:
    with pytest.raises(pymysql.err.OperationalError, match="denied"):
        sql.execute(contract.connection, statement)
