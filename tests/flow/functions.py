"""The two Lambda functions of the tests: each gets its events in a thread of its own and with Lambda's tries, though
nobody waits for them: `pass_time` makes the jobs older instead. Events can be held back, then delivered in any order,
more than once or never."""

import copy
import json
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

PAUSES = [60, 120]  # seconds before the second and the third try (Lambda developer guide, invocation-async)


@dataclass
class Delivery:
    """One event on its way to one function, and what came of it: `outcome`, or `error` of the last try."""

    function: str
    event: dict[str, Any]
    tries: int = 0
    outcome: Any = None
    error: str = ""

    @property
    def message(self) -> Any:
        """S3's event inside the envelope of the topic."""
        return json.loads(self.event["Records"][0]["Sns"]["Message"])


class Functions:
    """`handlers`: function name -> what is called with its events, from one thread each."""

    def __init__(self, handlers: dict[str, Callable[[Any], Any]]) -> None:
        self.handlers = handlers
        self.received: list[Delivery] = []
        self.pass_time: Callable[[int, str], None] = lambda seconds, kind: None
        self._held: list[Delivery] | None = None
        self._work: list[Future[None]] = []
        self._threads = {name: ThreadPoolExecutor(1, name) for name in handlers}

    def accept(self, name: str, event: dict[str, Any]) -> tuple[str, bool, str]:
        """Where `FakeAws.deliver` ends: like SNS, it only takes note and never waits for the function."""
        delivery = Delivery(name, event)
        if self._held is not None:
            self._held.append(delivery)
        else:
            self._hand_over(delivery)
        return "null", False, ""

    def deliver(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Hand events (again) to their functions, in this order; returns the new deliveries."""
        fresh = [Delivery(each.function, copy.deepcopy(each.event)) for each in deliveries]
        for delivery in fresh:
            self._hand_over(delivery)
        return fresh

    @contextmanager
    def holding(self) -> Iterator[list[Delivery]]:
        """Within, no event reaches a function; they are in the list. Whoever wants them later delivers them."""
        self._held = []
        try:
            yield self._held
        finally:
            self._held = None

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until every function is done with every event that it got."""
        end = time.monotonic() + seconds
        while self._work:
            done, open_ = wait(self._work, max(0.0, end - time.monotonic()))
            if open_:
                raise TimeoutError(f"{len(open_)} events are still in progress after {seconds:.0f} s")
            self._work = [future for future in self._work if future not in done]

    @property
    def dead_letters(self) -> list[Delivery]:
        """What failed at every try."""
        return [each for each in self.received if each.error]

    def stop(self) -> None:
        for threads in self._threads.values():
            threads.shutdown(cancel_futures=True)

    def _hand_over(self, delivery: Delivery) -> None:
        self.received.append(delivery)
        self._work.append(self._threads[delivery.function].submit(self._run, delivery))

    def _run(self, delivery: Delivery) -> None:
        for pause in [0, *PAUSES]:
            if pause:
                self.pass_time(pause, delivery.function)
            delivery.tries += 1
            try:
                delivery.outcome = self.handlers[delivery.function](delivery.event)
                delivery.error = ""
                return
            except Exception as error:
                delivery.error = str(error)
