"""The contract tests of processors/ledger.py again, as the functions' user and through the functions' driver."""

from types import SimpleNamespace
from typing import Any

import pytest

from processors import sql
from tests.processors import test_ledger as contract
from tests.processors import test_records
from tests.processors.test_ledger import *  # noqa: F403

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server]  # else it would not see the site's rows


@pytest.fixture(autouse=True)
def _as_functions_user(functions: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    transaction = SimpleNamespace(atomic=lambda: sql.transaction(functions))
    for module in (contract, test_records):
        monkeypatch.setattr(module, "connection", functions)
    monkeypatch.setattr(contract, "transaction", transaction)


def test_contract_is_run_by_this_user() -> None:
    (user,) = sql.one(contract.connection, "SELECT CURRENT_USER()")
    assert user == "functions_contract@%"
