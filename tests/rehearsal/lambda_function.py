"""One function as Lambda runs it behind SNS: a queue, containers that stay warm, two more tries, and then the record of
the failure in the queue that Terraform named. What it is made of is read from AWS's API: the zip that Terraform
uploaded, its handler, environment, memory and timeout.

Not as on Lambda: see docs/rehearsal.md."""

import json
import os
import signal
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processors import events
from tests.servers.runtime import FunctionError, Runtime

# Seconds before the second and the third try (Lambda developer guide, invocation-async-error-handling).
PAUSES = (60.0, 120.0)
Skip = Callable[[str, set[str], float, bool], bool]  # function, keys, seconds, whether nobody has them in progress


@dataclass
class Delivery:
    """One event on its way to one function. `outcome`: what the function returned; `errors`: one of each failed try.
    `skipped`: seconds of pauses that were cut short and that the queue has not seen yet."""

    function: str
    event: dict[str, Any]
    outcome: Any = None
    errors: list[FunctionError] = field(default_factory=list)
    done: bool = False
    skipped: float = 0.0

    @property
    def dead(self) -> bool:
        return self.done and self.outcome is None

    @property
    def keys(self) -> set[str]:
        """Of the objects that it tells of."""
        return {upload.key for upload in events.uploads(self.event)}


class Function:
    """`overrides`: variables that differ here from what Terraform set. `clock`: how many times faster than on AWS the
    time before another try goes by. `containers`: at most so many at once. `skip`: called with the keys and the seconds
    of a pause that was cut short, and whether nobody has these pictures in progress; lets that time go by for their
    jobs, False where it could not."""

    def __init__(
        self, arn: str, package: Path, client: Any, overrides: dict[str, str], containers: int, skip: Skip
    ) -> None:
        self.arn, self.name = arn, arn.split(":")[6]
        self.clock = 60.0
        self.deliveries: list[Delivery] = []
        self._package, self._client, self._overrides, self._skip = package, client, overrides, skip
        self._in_progress: list[Delivery] = []
        self._threads = ThreadPoolExecutor(containers, self.name)
        self._idle: list[tuple[str, Runtime]] = []
        self._busy: list[Runtime] = []
        self._changed = threading.Condition()

    def accept(self, event: dict[str, Any]) -> Delivery:
        """Queue an event, as an asynchronous invocation does."""
        delivery = Delivery(self.name, event)
        self.deliveries.append(delivery)
        self._threads.submit(self._try, delivery)
        return delivery

    def kill(self) -> int:
        """SIGKILL whoever has an event in progress; returns how many."""
        victims = [runtime for runtime in self._busy if runtime._process is not None]
        for runtime in victims:
            os.kill(runtime._process.pid, signal.SIGKILL)
        return len(victims)

    def cool(self) -> None:
        """Let go of the containers that wait: the next event is a cold start."""
        with self._changed:
            idle, self._idle = self._idle, []
        for _, runtime in idle:
            runtime.close()

    def settle(self, seconds: float) -> None:
        """Wait until each event is done or dead."""
        with self._changed:
            if not self._changed.wait_for(lambda: all(each.done for each in self.deliveries), seconds):
                open_ = [each for each in self.deliveries if not each.done]
                raise TimeoutError(f"{len(open_)} events of {self.name} are in progress after {seconds:.0f} s")

    def stop(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.cool()
        for runtime in list(self._busy):
            runtime.close()

    def _try(self, delivery: Delivery) -> None:
        settings = self._settings()
        self._let_time_pass(delivery)
        runtime = self._container(settings)
        self._in_progress.append(delivery)
        try:
            delivery.outcome = runtime.invoke(delivery.event)
        except FunctionError as error:
            delivery.errors.append(error)
        except Exception as error:  # ours: never leave an event without an end
            delivery.errors.append(FunctionError(type(error).__name__, str(error)))
        finally:
            with self._changed:
                self._in_progress.remove(delivery)
                self._busy.remove(runtime)
                self._idle.append((settings, runtime))
        self._next(delivery)

    def _let_time_pass(self, delivery: Delivery) -> None:
        """A pause of the queue (`due_at`) is as much shorter here as Lambda's own is."""
        idle = not any(each.keys & delivery.keys for each in self._in_progress)
        if delivery.skipped and self._skip(self.name, delivery.keys, delivery.skipped, idle):
            delivery.skipped = 0.0

    def _next(self, delivery: Delivery) -> None:
        options = self._client("lambda").get_function_event_invoke_config(FunctionName=self.arn)
        if delivery.outcome is None and len(delivery.errors) <= options["MaximumRetryAttempts"]:
            pause = PAUSES[len(delivery.errors) - 1] / self.clock
            delivery.skipped += PAUSES[len(delivery.errors) - 1] - pause
            timer = threading.Timer(pause, self._threads.submit, (self._try, delivery))
            timer.daemon = True
            timer.start()
            return
        if delivery.outcome is None:
            self._give_up(delivery, options["DestinationConfig"]["OnFailure"]["Destination"])
        with self._changed:
            delivery.done = True
            self._changed.notify_all()

    def _settings(self) -> str:
        """What a container is made of, as it stands in the API now."""
        found = self._client("lambda").get_function_configuration(FunctionName=self.arn)
        meant = ("Handler", "MemorySize", "Timeout", "CodeSha256")
        values = {name: found[name] for name in meant}
        return json.dumps(values | {"Environment": found.get("Environment", {}).get("Variables", {})}, sort_keys=True)

    def _container(self, settings: str) -> Runtime:
        """A warm one of these settings, else a new one; warm ones of other settings are let go."""
        with self._changed:
            self._idle, stale = (
                [each for each in self._idle if each[0] == settings],
                [each for each in self._idle if each[0] != settings],
            )
            runtime = self._idle.pop()[1] if self._idle else self._fresh(json.loads(settings))
            self._busy.append(runtime)
        for _, former in stale:
            former.close()
        return runtime

    def _fresh(self, settings: dict[str, Any]) -> Runtime:
        environment = {**settings["Environment"], **self._overrides}
        return Runtime(self._package, settings["Handler"], environment, settings["MemorySize"], settings["Timeout"])

    def _give_up(self, delivery: Delivery, destination: str) -> None:
        sqs = self._client("sqs")
        url = sqs.get_queue_url(QueueName=destination.split(":")[-1])["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(record_of(self.arn, delivery)))


def record_of(arn: str, delivery: Delivery) -> dict[str, Any]:
    """What Lambda sends to an on-failure destination (developer guide, invocation-async-retain-records)."""
    error = delivery.errors[-1]
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": f"{arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": len(delivery.errors),
        },
        "requestPayload": delivery.event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorType": error.type, "errorMessage": str(error)},
    }
