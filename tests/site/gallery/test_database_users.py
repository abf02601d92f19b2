"""What the functions may do, beside what their statements say. As their user: management/test_functions_user.py."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from gallery.database_users import PRIVILEGES
from processors.records import COLUMNS

PROCESSORS = Path(__file__).resolve().parents[3] / "processors"
VERBS = {
    "SELECT": r"(?:FROM|JOIN) (\w+)",
    "INSERT": r'(?:INSERT INTO |insert\(connection, ")(\w+)',
    "UPDATE": r"UPDATE (\w+) SET",
    "DELETE": r"DELETE FROM (\w+)",
}


@pytest.fixture
def used() -> dict[str, set[str]]:
    """Table -> what the statements do to it."""
    said = "".join((PROCESSORS / name).read_text() for name in ("records.py", "ledger.py", "search_index.py"))
    found: dict[str, set[str]] = defaultdict(set)
    for verb, pattern in VERBS.items():
        for table in re.findall(pattern, said.replace("DELETE FROM", "DELETE") if verb == "SELECT" else said):
            found[table].add(verb)
    for table in COLUMNS:  # `check_schema` looks at each
        found[table].add("SELECT")
    return {table: verbs for table, verbs in found.items() if table in PRIVILEGES}


def test_functions_may_do_what_their_statements_do_and_no_more(used: dict[str, set[str]]) -> None:
    assert {table: set(words.split(", ")) for table, words in PRIVILEGES.items()} == used


def test_every_table_that_is_checked_may_be_read() -> None:
    assert set(COLUMNS) == set(PRIVILEGES)


def test_prompts_are_only_read() -> None:
    assert PRIVILEGES["prompts"] == "SELECT"
