"""One function as Lambda runs it behind its queue: containers that stay warm, no more at once than the event source
mapping permits. What it is made of is read from AWS's API, of the version that the alias `live` names: the zip that
Terraform uploaded, its handler, environment, memory and timeout.

Not as on Lambda: see docs/rehearsal.md."""

import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.servers.event_source import Delivery, EventSource
from tests.servers.runtime import Runtime

ALIAS = "live"
Skip = Callable[[str, set[str], float, bool], bool]  # function, keys, seconds, whether nobody has them in progress


class Function:
    """`mapping`: the event source mapping as the API has it. `code`: gives the unzipped package with this digest.
    `overrides`: variables that differ here from what Terraform set. `skip`: called with the keys of a message whose
    time was cut short, and whether nobody has these pictures in progress; lets that time go by for their jobs, False
    where it could not."""

    def __init__(
        self, mapping: dict[str, Any], client: Any, code: Callable[[str], Path], overrides: dict[str, str], skip: Skip
    ) -> None:
        self.name = mapping["FunctionArn"].split(":")[6]
        self._client, self._code, self._overrides, self._skip = client, code, overrides, skip
        self._idle: list[tuple[str, Runtime]] = []
        self._busy: list[tuple[Delivery, Runtime]] = []
        self._changed = threading.Condition()
        self.places = mapping["ScalingConfig"]["MaximumConcurrency"]
        url = client("sqs").get_queue_url(QueueName=mapping["EventSourceArn"].split(":")[-1])["QueueUrl"]
        self.source = EventSource(self.name, client("sqs"), url, self._invoke, self.places)
        self.source.skip = self._let_time_pass

    @property
    def deliveries(self) -> list[Delivery]:
        return self.source.deliveries

    def kill(self, key: str = "") -> int:
        """SIGKILL whoever has a message in progress, or one of this object; returns how many."""
        with self._changed:
            victims = [runtime for delivery, runtime in self._busy if not key or key in delivery.keys]
        pids = [runtime._process.pid for runtime in victims if runtime._process is not None]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return len(pids)

    def cool(self) -> None:
        """Let go of the containers that wait: the next message is a cold start."""
        with self._changed:
            idle, self._idle = self._idle, []
        for _, runtime in idle:
            runtime.close()

    def stop(self) -> None:
        self.source.stop()
        self.cool()
        for _, runtime in list(self._busy):
            runtime.close()

    def _invoke(self, event: Any, delivery: Delivery) -> Any:
        settings = self._settings()
        runtime = self._container(settings, delivery)
        try:
            delivery.outcome = runtime.invoke(event)
        finally:
            with self._changed:
                self._busy.remove((delivery, runtime))
                self._idle.append((settings, runtime))
        return delivery.outcome

    def _let_time_pass(self, delivery: Delivery, seconds: float) -> bool:
        """The pause of a job (`due_at`) is as much shorter here as the queue's own is."""
        others = [each for each in self.source.in_progress if each is not delivery]
        idle = not any(each.keys & delivery.keys for each in others)
        return self._skip(self.name, delivery.keys, seconds, idle)

    def _settings(self) -> str:
        """What a container is made of, as it stands in the API now."""
        found = self._client("lambda").get_function_configuration(FunctionName=self.name, Qualifier=ALIAS)
        meant = ("Handler", "MemorySize", "Timeout", "CodeSha256")
        values = {name: found[name] for name in meant}
        return json.dumps(values | {"Environment": found.get("Environment", {}).get("Variables", {})}, sort_keys=True)

    def _container(self, settings: str, delivery: Delivery) -> Runtime:
        """A warm one of these settings, else a new one; warm ones of other settings are let go."""
        with self._changed:
            self._idle, stale = (
                [each for each in self._idle if each[0] == settings],
                [each for each in self._idle if each[0] != settings],
            )
            runtime = self._idle.pop()[1] if self._idle else self._fresh(json.loads(settings))
            self._busy.append((delivery, runtime))
        for _, former in stale:
            former.close()
        return runtime

    def _fresh(self, settings: dict[str, Any]) -> Runtime:
        environment, package = {**settings["Environment"], **self._overrides}, self._code(settings["CodeSha256"])
        return Runtime(package, settings["Handler"], environment, settings["MemorySize"], settings["Timeout"])
