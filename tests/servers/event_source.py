"""Lambda's event source mapping for a queue of SQS: it polls, hands each message to the function, deletes what was
dealt with and leaves the rest to come back (Lambda developer guide, "Using Lambda with Amazon SQS"). The queue is
moto's, with its own redrive to dead letters.

Not as on AWS: one poller, and the time until a message comes back is cut short (`clock`)."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from processors import events

COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]


@dataclass
class Delivery:
    """One message on its way to one function. `outcome`: what came of it; `errors`: one of each try that failed.
    `skipped`: seconds until it came back that were cut short, and that the jobs have not seen yet."""

    function: str
    body: str
    tries: int = 0
    outcome: Any = None
    errors: list[str] = field(default_factory=list)
    done: bool = False
    dead: bool = False
    skipped: float = 0.0

    @property
    def message(self) -> Any:
        """S3's event."""
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """Of the last try, "" where it was dealt with."""
        return "" if self.done and not self.dead else (self.errors or [""])[-1]

    @property
    def keys(self) -> set[str]:
        """Of the objects that it tells of."""
        return {upload.key for upload in events.uploads(self.body)}


def event_of(body: str, receives: int = 1, identifier: str = "message-1", queue: str = "queue") -> dict[str, Any]:
    """What the function is called with for one message (Lambda developer guide, "Example Amazon SQS message event")."""
    attributes = {"ApproximateReceiveCount": str(receives), "SentTimestamp": "1545082649183", "SenderId": "AIDAEXAMPLE"}
    record = {"messageId": identifier, "receiptHandle": "AQEB", "body": body, "attributes": attributes}
    record |= {"messageAttributes": {}, "md5OfBody": hashlib.md5(body.encode()).hexdigest(), "eventSource": "aws:sqs"}
    record |= {"eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue}", "awsRegion": "us-east-1"}
    return {"Records": [record]}


class EventSource:
    """`invoke`: called with an event and its delivery; returns the function's answer, or raises what Lambda reports.
    `places`: how many run at once. `clock`: how many times faster than on AWS a message comes back. `skip`: told of a
    delivery whose time was cut short by so many seconds; lets them go by for its jobs, False where it could not.
    `most`: how many were in progress at the same time."""

    def __init__(self, name: str, sqs: Any, url: str, invoke: Callable[[Any, Delivery], Any], places: int) -> None:
        self.name, self.url, self.clock = name, url, 60.0
        self.deliveries: list[Delivery] = []
        self.in_progress: list[Delivery] = []
        self.most = 0
        self.skip: Callable[[Delivery, float], bool] = lambda delivery, seconds: True
        self._sqs, self._invoke = sqs, invoke
        self._known: dict[str, Delivery] = {}
        self._held: list[Delivery] | None = None
        self._lock, self._stopping = threading.Lock(), False
        self._places, self._threads = threading.Semaphore(places), ThreadPoolExecutor(places, name)
        self._attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self._poller = threading.Thread(target=self._poll, daemon=True)
        self._poller.start()

    @contextmanager
    def holding(self) -> Iterator[list[Delivery]]:
        """Within, messages reach no function: they are taken off the queue, and are in the list."""
        self.settle(60)
        self._held = held = []
        try:
            yield held
        finally:
            self.settle(60)
            self._held = None

    def deliver(self, body: str) -> Delivery:
        """Send a message to the queue (again); returns the new delivery."""
        delivery = Delivery(self.name, body)
        with self._lock:  # it may be received before we know its id
            sent = self._sqs.send_message(QueueUrl=self.url, MessageBody=body)
            self._known[sent["MessageId"]] = delivery
            self.deliveries.append(delivery)
        return delivery

    def left(self) -> int:
        """Messages that are in the queue, visible or not."""
        found = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=COUNTS)["Attributes"]
        return sum(int(found[name]) for name in COUNTS)

    def settle(self, seconds: float) -> None:
        """Wait until the queue is empty and nothing is in progress."""
        end = time.monotonic() + seconds
        while self.left() or self.in_progress:
            if time.monotonic() > end:
                raise TimeoutError(f"{self.left()} messages of {self.name} are left after {seconds:.0f} s")
            time.sleep(0.03)

    def stop(self) -> None:
        self._stopping = True
        self._poller.join(5)
        self._threads.shutdown(cancel_futures=True)

    def _poll(self) -> None:
        while not self._stopping:
            self._places.acquire()
            if not (message := self._receive()):
                self._places.release()
            elif self._held is not None:
                self._held.append(Delivery(self.name, message["Body"]))
                self._delete(message)
                self._places.release()
            else:
                delivery = self._delivery(message)
                self.in_progress.append(delivery)
                self.most = max(self.most, len(self.in_progress))
                self._threads.submit(self._try, message, delivery)

    def _receive(self) -> Any:
        try:
            answer = self._sqs.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=1, WaitTimeSeconds=1, AttributeNames=["All"]
            )
            return next(iter(answer.get("Messages", [])), None)
        except Exception:  # the queue is away for a moment, or for good
            time.sleep(0.2)
            return None

    def _delivery(self, message: Any) -> Delivery:
        with self._lock:
            if message["MessageId"] not in self._known:
                self._known[message["MessageId"]] = Delivery(self.name, message["Body"])
                self.deliveries.append(self._known[message["MessageId"]])
            return self._known[message["MessageId"]]

    def _try(self, message: Any, delivery: Delivery) -> None:
        began, receives = time.monotonic(), int(message["Attributes"]["ApproximateReceiveCount"])
        try:
            if delivery.skipped and self.skip(delivery, delivery.skipped):
                delivery.skipped = 0.0
            delivery.tries += 1
            answer = self._invoke(event_of(message["Body"], receives, message["MessageId"], self.name), delivery)
            failed = isinstance(answer, dict) and bool(answer.get("batchItemFailures"))
        except Exception as error:
            delivery.errors.append(f"{type(error).__name__}: {error}")
            failed = True
        delivery.done = not failed
        if failed:
            self._comes_back(message, delivery, receives, time.monotonic() - began)
        else:
            self._delete(message)
        self.in_progress.remove(delivery)
        self._places.release()

    def _comes_back(self, message: Any, delivery: Delivery, receives: int, elapsed: float) -> None:
        """When the queue's time is over, in full or cut short; after the last time SQS moves it to the dead letters."""
        rest = max(0.0, float(self._attributes["VisibilityTimeout"]) - elapsed)
        soon = int(rest / self.clock)
        delivery.skipped += rest - soon
        most = json.loads(self._attributes.get("RedrivePolicy", "{}")).get("maxReceiveCount", 0)
        delivery.done = delivery.dead = 0 < int(most) <= receives
        self._sqs.change_message_visibility(
            QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=soon
        )

    def _delete(self, message: Any) -> None:
        self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])


class Sources(dict[str, EventSource]):
    """Several by name, handled together."""

    @property
    def deliveries(self) -> list[Delivery]:
        """Every message that a function got."""
        return [each for source in self.values() for each in source.deliveries]

    @contextmanager
    def holding(self) -> Iterator[list[Delivery]]:
        """Within, no message reaches a function; afterwards they are in the list."""
        held: list[Delivery] = []
        with ExitStack() as stack:
            lists = [stack.enter_context(source.holding()) for source in self.values()]
            yield held
        held += [each for found in lists for each in found]

    def deliver(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Send messages to their queues (again), in this order; returns the new deliveries."""
        return [self[each.function].deliver(each.body) for each in deliveries]

    def settle(self, seconds: float) -> None:
        """Wait until every queue is empty and nothing is in progress."""
        end = time.monotonic() + seconds
        for source in self.values():
            source.settle(end - time.monotonic())
