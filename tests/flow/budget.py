"""A month's budget in the tests: how much room is in it, and somebody who looks at it all the time."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import Any

from processors.captioning import instructions
from processors.captioning.prices import price
from processors.prompt import Prompt
from tests.flow.world import World
from tests.pictures import jpeg
from tests.servers.container import Container
from tests.servers.event_source import event_of

LIMIT = Decimal(1)  # USD a month
MODEL = "gemini-3.5-flash-lite"
MANY = 3  # functions at once
SPENT = (
    "SELECT COALESCE((SELECT SUM(spent_usd) FROM budgets), 0) AS budget,"
    " COALESCE((SELECT SUM(cost_usd) FROM annotations), 0) AS ledger"
)


def bound() -> Decimal:
    """What is reserved for a request by a prompt without wishes."""
    known = price(MODEL)
    assert known
    return known.bound(instructions.longest(Prompt(), ("en",)))


class Fire:
    """`functions`: annotation functions, each with a budget of LIMIT. `seen`: what was spent, at each look."""

    def __init__(self, world: World, functions: list[Container]) -> None:
        self.world, self.functions = world, functions
        self.seen: list[Decimal] = []

    def upload(self, number: int) -> list[str]:
        """So many pictures that nobody has been told of; the messages about them."""
        with self.world.functions.holding() as held:
            for seed in range(number):
                self.world.visitor.upload(f"{seed}.jpg", jpeg(seed=seed))
        return [each.body for each in held if each.function == "annotation"]

    def deliver(self, bodies: list[str], functions: list[Container] | None = None) -> None:
        """Each to the next function that is free; all are acknowledged."""
        functions = functions or self.functions
        for function in functions:
            function.start()
        free = list(functions)

        def call(body: str) -> Any:
            function = free.pop()
            try:
                return function(event_of(body))
            finally:
                free.append(function)

        with ThreadPoolExecutor(len(functions)) as threads:
            assert list(threads.map(call, bodies)) == [{"batchItemFailures": []}] * len(bodies)

    def leave_room(self, usd: Decimal) -> None:
        """Spend all of the budget but this, by a request of a picture that is gone."""
        spent = LIMIT - usd
        insert = "INSERT INTO annotations (author, tags, model, cost_usd, outcome) VALUES ('model', '[]', %s, %s, %s)"
        self.world.query(insert, MODEL, spent, "unknown")

    def spent(self) -> Decimal:
        """By the budget, once the ledger says the same and none of it is beyond the limit."""
        (row,) = self.world.query(SPENT)
        assert row["budget"] == row["ledger"] <= LIMIT, row
        return Decimal(row["budget"])

    def rows(self) -> list[tuple[str, Decimal]]:
        """The ledger: outcome and cost of each request of a picture, in order."""
        found = self.world.query("SELECT outcome, cost_usd FROM annotations WHERE language <> '' ORDER BY id")
        return [(row["outcome"], row["cost_usd"]) for row in found]

    def states(self) -> list[str]:
        """Of the annotations, sorted."""
        return sorted(job["state"] for job in self.world.jobs("annotation"))

    def next_month(self) -> None:
        """What was spent until now was spent long ago, and what is paused is due."""
        self.world.query("UPDATE budgets SET month = '2001-01'")
        self.world.query("UPDATE annotations SET created_at = '2001-01-15'")
        self.world.query("UPDATE jobs SET due_at = UTC_TIMESTAMP(6) WHERE state = 'paused'")

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Within, at every moment that somebody looks, ledger and budget say the same, and never more than the limit.
        One statement sees one moment of the database."""
        over, problems = threading.Event(), []

        def look() -> None:
            with closing(self.world.connect()) as connection, connection.cursor() as cursor:
                while not over.wait(0.005):
                    cursor.execute(SPENT)
                    budget, ledger = cursor.fetchone()
                    self.seen.append(budget)
                    if not budget == ledger <= LIMIT:
                        problems.append((budget, ledger))

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
        assert problems == []
        assert self.seen
