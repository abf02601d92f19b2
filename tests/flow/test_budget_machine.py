"""The month's budget on one machine: SQLite, and a worker with threads."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.flow.budget import SPENT, bound
from tests.flow.test_restart import RUNNING, Machine
from tests.flow.world import wait_for
from tests.pictures import jpeg
from tests.servers.gemini import GOOD, FakeGemini

pytestmark = pytest.mark.server

ROOM, PICTURES = 3, 6
SILENT = {"candidates": GOOD["candidates"]}  # without its tokens: it may have cost all that was reserved
LIMIT = ROOM * bound()


@pytest.fixture
def machine(tmp_path: Path, gemini: FakeGemini) -> Iterator[Machine]:
    machine = Machine(tmp_path, gemini, ANNOTATION_BUDGET_USD=str(LIMIT))
    yield machine
    machine.site.stop()
    gemini.delay = 5.0


def spent(machine: Machine) -> Decimal:
    """By the budget, once the ledger says the same and none of it is beyond the limit."""
    (row,) = machine.query(SPENT)
    budget, ledger = (Decimal(str(round(each, 8))) for each in row)  # SQLite counts in binary fractions
    assert budget == ledger <= LIMIT
    return budget


def upload(machine: Machine) -> None:
    machine.upload(*(jpeg(seed=seed) for seed in range(PICTURES)))


def paused(machine: Machine) -> bool:
    spent(machine)
    return machine.count("state = 'paused'") == PICTURES - ROOM


def test_room_for_so_many_requests_and_no_more(machine: Machine, gemini: FakeGemini) -> None:
    """The rest waits, and goes on when somebody raises the budget."""
    gemini.say((200, SILENT))
    upload(machine)
    wait_for(lambda: paused(machine), what="the pause of the others")
    assert (gemini.paid, spent(machine)) == (ROOM, LIMIT)
    assert "Traceback" not in machine.site.log
    machine.site.stop()
    machine.site.environment["ANNOTATION_BUDGET_USD"] = "1"
    machine.site.start()
    wait_for(machine.all_done, what="the captions of all")
    assert gemini.paid == PICTURES


def test_killed_while_the_model_thinks(machine: Machine, gemini: FakeGemini) -> None:
    """Its requests may have been charged: there is less room for others after it."""
    gemini.delay = 30.0
    gemini.say(("slow", SILENT))
    upload(machine)
    wait_for(lambda: gemini.requests, what="a request")
    machine.site.kill()
    asked = len(gemini.requests)
    assert spent(machine) == machine.count(RUNNING) * bound()
    gemini.say((200, SILENT))
    machine.site.start()
    wait_for(lambda: machine.count("state IN ('done', 'paused') AND kind = 'annotation'") == PICTURES, what="the end")
    assert asked + gemini.paid <= ROOM
    assert spent(machine) == LIMIT
