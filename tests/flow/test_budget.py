"""The month's budget while functions are doubled, killed and too many: what is spent or reserved is never more than the
limit, and the ledger says the same as the budget at every moment."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from processors import ledger
from processors.job import next_month
from processors.records import LEASE
from tests.flow.budget import LIMIT, MANY, Fire, bound
from tests.flow.test_housekeeping import ROUND
from tests.flow.world import World, wait_for
from tests.servers.container import Container, FunctionError
from tests.servers.gemini import GARBAGE, GOOD, USAGE, error
from tests.servers.site import manage

pytestmark = pytest.mark.server

COST = Decimal("0.00051600")  # of GOOD
SILENT = {"candidates": GOOD["candidates"]}  # without its tokens: it may have cost all that was reserved
HANDLER = "processors.annotation.handler"


@pytest.fixture(scope="module")
def containers(production: Any) -> Iterator[list[Container]]:
    environment = {**production.environment, "ANNOTATION_BUDGET_USD": str(LIMIT)}
    made = [Container(HANDLER, environment) for _ in range(MANY)]
    yield made
    for container in made:
        container.close()


@pytest.fixture
def fire(world: World, containers: list[Container]) -> Iterator[Fire]:
    yield Fire(world, containers)
    world.gemini.delay = 5.0


def test_it_works(fire: Fire) -> None:
    """Every message twice, three functions at once."""
    bodies = fire.upload(5)
    with fire.watched():
        fire.deliver(bodies * 2)
    assert (fire.states(), fire.world.gemini.paid) == (["done"] * 5, 5)
    assert fire.rows() == [("caption", COST)] * 5
    assert fire.spent() == 5 * COST
    assert max(fire.seen) > 5 * COST  # what was reserved was seen, too


def test_room_for_so_many_requests_and_no_more(fire: Fire) -> None:
    fire.world.gemini.say((200, SILENT))
    bodies = fire.upload(7)
    fire.leave_room(4 * bound())
    with fire.watched():
        fire.deliver(bodies * 2)
    assert (fire.states(), fire.world.gemini.paid) == (["done"] * 4 + ["paused"] * 3, 4)
    assert fire.spent() == LIMIT


def test_what_answers_did_not_cost_is_spent_on_others(fire: Fire) -> None:
    """There is room for one request at a time, and in the end for all."""
    bodies = fire.upload(3)
    fire.leave_room(bound() + 2 * COST)
    for body in bodies:
        fire.deliver([body])
    assert fire.states() == ["done"] * 3
    assert fire.spent() == LIMIT - bound() + COST


def test_refused_and_useless_answers(fire: Fire) -> None:
    """A refused request costs nothing; each one that was answered has a row of its own."""
    useless = {**GARBAGE, "usageMetadata": USAGE}
    fire.world.gemini.say(error(500), (*error(429), {"Retry-After": "0"}), (200, useless), (200, GOOD))
    bodies = fire.upload(3)
    with fire.watched():
        fire.deliver(bodies)
    assert (fire.states(), len(fire.world.gemini.requests)) == (["done"] * 3, 6)
    assert sorted(fire.rows()) == [("caption", COST)] * 3 + [("unreadable", COST)]
    assert fire.spent() == 4 * COST


def test_refused_for_long(fire: Fire) -> None:
    fire.world.gemini.say((*error(429), {"Retry-After": "300"}))
    fire.deliver(fire.upload(1))
    assert (fire.states(), fire.rows(), fire.spent()) == (["queued"], [("refused", 0)], 0)


@pytest.mark.parametrize(("more", "ends", "paid"), [(Decimal(0), "paused", 1), (COST, "done", 2)])
def test_second_request_reserves_anew(fire: Fire, more: Decimal, ends: str, paid: int) -> None:
    """Though it is the same job: what the first one cost is gone."""
    fire.world.gemini.say((200, {**GARBAGE, "usageMetadata": USAGE}), (200, GOOD))
    bodies = fire.upload(1)
    fire.leave_room(bound() + more)
    fire.deliver(bodies)
    assert (fire.states(), fire.world.gemini.paid) == ([ends], paid)
    assert fire.world.job("annotation")["attempts"] == (ends == "done")
    assert fire.spent() == LIMIT - bound() - more + paid * COST


def test_function_killed_while_the_model_thinks(fire: Fire) -> None:
    """Its request may have been charged, and stays reserved; whoever takes the job over reserves anew."""
    fire.world.gemini.delay = 30.0
    fire.world.gemini.say(("slow", GOOD), (200, GOOD))
    (body,) = fire.upload(1)
    victim = fire.functions[0]
    with ThreadPoolExecutor(1) as threads:
        dying = threads.submit(fire.deliver, [body], [victim])
        wait_for(lambda: fire.world.gemini.requests, what="the request")
        victim.kill()
        assert isinstance(dying.exception(), FunctionError)
    assert (fire.rows(), fire.spent()) == ([("unknown", bound())], bound())
    fire.world.pass_time(int(LEASE.total_seconds()))
    fire.deliver([body])
    assert (fire.states(), fire.rows()) == (["done"], [("unknown", bound()), ("caption", COST)])
    assert fire.spent() == bound() + COST


def test_lease_taken_over_while_the_model_thinks(fire: Fire) -> None:
    """The late answer settles its own request, and nobody else's."""
    fire.world.gemini.delay = 2.0
    fire.world.gemini.say(("slow", GOOD), (200, SILENT))
    (body,) = fire.upload(1)
    with fire.watched(), ThreadPoolExecutor(1) as threads:
        late = threads.submit(fire.deliver, [body], fire.functions[:1])
        wait_for(lambda: fire.world.gemini.requests, what="the request")
        fire.world.pass_time(int(LEASE.total_seconds()))
        fire.deliver([body], fire.functions[1:])
        assert fire.rows() == [("unknown", bound()), ("caption", bound())]
        late.result()
    assert (fire.states(), fire.rows()) == (["done"], [("caption", COST), ("caption", bound())])
    assert fire.spent() == bound() + COST


def test_used_up(fire: Fire) -> None:
    """It waits for the next month, in words; its message is done with, and its try does not count."""
    bodies = fire.upload(1)
    fire.leave_room(bound() - COST)
    fire.deliver(bodies * 2)
    job = fire.world.job("annotation")
    assert (job["state"], job["attempts"], fire.world.gemini.requests) == ("paused", 0, [])
    assert job["due_at"].replace(tzinfo=UTC) == next_month()
    assert "has no room for this picture" in job["error"]
    assert (fire.rows(), fire.spent()) == ([], LIMIT - bound() + COST)


def test_used_up_until_the_next_month(fire: Fire) -> None:
    bodies = fire.upload(2)
    fire.leave_room(Decimal(0))
    fire.deliver(bodies)
    fire.next_month()
    fire.deliver(bodies)
    assert fire.states() == ["done"] * 2
    this_month = "SELECT spent_usd FROM budgets WHERE month = %s"
    assert fire.world.query(this_month, ledger.month_of(datetime.now(UTC))) == [{"spent_usd": 2 * COST}]


def test_used_up_until_the_budget_is_raised(fire: Fire) -> None:
    bodies = fire.upload(2)
    fire.leave_room(Decimal(0))
    fire.deliver(bodies)
    for budget, sent in ((LIMIT, "sent 0"), (LIMIT + 1, "sent 2")):  # to the functions of `world`, without a budget
        site = {**fire.world.environment, "ANNOTATION_BUDGET_USD": str(budget)}
        assert sent in manage("shell", "-v0", "-c", ROUND, **site).stdout
    fire.world.functions.settle()
    assert (fire.states(), fire.world.gemini.paid) == (["done"] * 2, 2)


def test_model_that_nobody_knows_the_price_of(fire: Fire) -> None:
    unknown = {"ANNOTATION_BUDGET_USD": "1", "GEMINI_MODEL": "gemini-of-tomorrow"}
    function = Container(HANDLER, {**fire.world.environment, **unknown})
    fire.deliver(fire.upload(1), [function])
    function.close()
    assert (fire.states(), fire.world.gemini.requests, fire.spent()) == (["failed"], [], 0)
    assert "nobody knows what gemini-of-tomorrow costs" in fire.world.job("annotation")["error"]


def test_deleted_picture_keeps_what_it_cost(fire: Fire) -> None:
    """Also while the model thinks: its answer has no picture any more, and no words."""
    fire.world.gemini.delay = 4.0
    fire.world.gemini.say((200, GOOD), ("slow", GOOD))
    bodies = fire.upload(2)
    fire.deliver(bodies[:1])
    remove = "from gallery.models import Image; from gallery.removal import remove; print(remove(Image.objects.all()))"
    with ThreadPoolExecutor(1) as threads:
        late = threads.submit(fire.deliver, bodies[1:])
        wait_for(lambda: len(fire.world.gemini.requests) == 2, what="the request")
        assert manage("shell", "-v0", "-c", remove, **fire.world.environment).stdout == "[]\n"
        late.result()
    assert fire.spent() == 2 * COST
    assert fire.world.query("SELECT DISTINCT image_id, caption FROM annotations") == [{"image_id": None, "caption": ""}]


def test_connection_that_is_cut_while_the_model_thinks(fire: Fire) -> None:
    """What was paid for is recorded by another."""
    fire.world.gemini.delay = 1.0
    fire.world.gemini.say(("slow", GOOD))
    bodies = fire.upload(1)
    fire.world.gemini.before = lambda body: fire.world.mariadb.cut(fire.world.database)
    fire.deliver(bodies)
    fire.world.gemini.before = lambda body: None
    assert (fire.states(), fire.rows()) == (["done"], [("caption", COST)])
    assert fire.spent() == COST


def test_month_that_many_begin_at_once(fire: Fire) -> None:
    """Nobody waits for anybody, and it is there once."""
    many, rounds = 6, 20
    start = threading.Barrier(many)

    def begin(_: int) -> None:
        with closing(fire.world.connect()) as connection:
            for month in range(rounds):
                start.wait(20)
                ledger.open_month(connection, datetime(2030 + month, 12, 31, 23, 59, tzinfo=UTC))

    with ThreadPoolExecutor(many) as threads:
        list(threads.map(begin, range(many)))
    assert len(fire.world.query("SELECT DISTINCT month FROM budgets")) == 2 * rounds
    assert len(fire.world.query("SELECT month FROM budgets")) == 2 * rounds
