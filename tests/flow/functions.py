"""The two Lambda functions of the tests: each works on its own queue, one message at a time. Nobody waits for a message
that comes back: `pass_time` makes the jobs older instead. Messages can be held back, then delivered in any order, more
than once or never."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.servers.event_source import Delivery, EventSource, Sources

AT_ONCE = 1e9  # times faster than on AWS


class Functions:
    """`handlers`: kind -> what is called with its events. `queues`: kind -> URL. `received`: every message that a
    function got, in order."""

    def __init__(self, handlers: dict[str, Callable[[Any], Any]], sqs: Any, queues: dict[str, str]) -> None:
        self.handlers = handlers
        self.pass_time: Callable[[int, str], None] = lambda seconds, kind: None
        self.sources = Sources({name: EventSource(name, sqs, queues[name], self._call(name), 1) for name in handlers})
        self.holding, self.deliver = self.sources.holding, self.sources.deliver
        for name, source in self.sources.items():
            source.clock = AT_ONCE
            source.skip = self._skip(name)

    @property
    def received(self) -> list[Delivery]:
        return self.sources.deliveries

    def forget(self) -> None:
        """What was received so far."""
        for source in self.sources.values():
            source.deliveries.clear()

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until every function is done with every message that is in its queue."""
        self.sources.settle(seconds)

    @property
    def dead_letters(self) -> list[Delivery]:
        """What failed every time."""
        return [each for each in self.received if each.dead]

    def stop(self) -> None:
        for source in self.sources.values():
            source.stop()

    def _call(self, name: str) -> Callable[[Any, Delivery], Any]:
        def call(event: Any, delivery: Delivery) -> Any:
            handler = self.handlers[name]
            before = len(getattr(handler, "log", ""))
            answer = handler(event)
            said = getattr(handler, "log", "")[before:]
            delivery.outcome = outcomes(said) if hasattr(handler, "log") else answer
            if isinstance(answer, dict) and answer.get("batchItemFailures"):
                delivery.errors.append(said)
            return answer

        return call

    def _skip(self, name: str) -> Callable[[Delivery, float], bool]:
        def skip(delivery: Delivery, seconds: float) -> bool:
            self.pass_time(round(seconds), name)
            return True

        return skip


def outcomes(log: str) -> dict[str, str]:
    """Key -> outcome, of what a function has logged."""
    lines = [json.loads(line) for line in re.findall(r'^\{.*"outcome".*\}$', log, re.MULTILINE)]
    return {line["key"]: line["outcome"] for line in lines}
