"""Bring back everything that failed: what the database knows of, and what only the dead-letter queues hold.

A function's event that failed at every try ends in its dead-letter queue. So does a message that SNS could not hand
over. Mostly the row says the same; of an object that was copied into the bucket while the database was away the queue
alone knows.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from gallery import dispatch
from gallery.models import EVENT_LIFE, Image, State
from processors import events, records

LIMIT = 1000  # pictures, and messages of each queue, in one go
HIDDEN_SECONDS = 120  # for so long nobody else gets a message that was received


@dataclass
class Report:
    """What was done. `images`: the rows that go on. `left`: how many are beyond the limit. `closed`: queues that could
    not be emptied, and why."""

    images: list[Image] = field(default_factory=list)
    stages: int = 0
    left: int = 0
    uploads: int = 0
    messages: int = 0
    unreadable: int = 0
    closed: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        yield f"{len(self.images)} pictures go on again ({self.stages} thumbnails and captions)."
        if self.left:
            yield f"{self.left} more pictures wait for the next time: run this again."
        if settings.DEAD_LETTER_QUEUES:
            taken = f"{self.messages} messages were taken from the dead-letter queues"
            yield f"{taken}; {self.uploads} more pictures go on."
        if self.unreadable:
            yield f"{self.unreadable} messages tell of no upload. They stay in their queue for you to look at."
        for words in self.closed:
            yield f"{words}. May this instance's role receive and delete its messages? Then run this again."


def redrive(limit: int = LIMIT) -> Report:
    """Have everything done again that failed or was lost, but not what the model declined. May be repeated at any
    time: work that is done is not done again, as each stage's state decides."""
    report = Report()
    _rows(report, limit)
    announced = {image.object_key for image in report.images}
    if settings.ON_AWS:
        _queues(announced, report, limit)
    return report


def overdue(stage: str) -> Q:
    """Rows whose stage waits or runs for longer than an event lives."""
    limit = timezone.now() - EVENT_LIFE
    state, started, finished = f"{stage}_state", f"{stage}_started_at", f"{stage}_finished_at"
    long_ago = Q(**{f"{finished}__lt": limit}) | Q(**{f"{finished}__isnull": True, "uploaded_at__lt": limit})
    return Q(**{state: State.RUNNING, f"{started}__lt": limit}) | (Q(**{state: State.QUEUED}) & long_ago)


def _rows(report: Report, limit: int) -> None:
    meant = {stage: Q(**{f"{stage}_state": State.FAILED}) | overdue(stage) for stage in records.STAGES}
    waiting = Image.objects.filter(meant["thumbnail"] | meant["annotation"]).order_by("uploaded_at")
    report.left = max(0, waiting.count() - limit)
    for image in waiting[:limit]:
        let_go = [stage for stage in records.STAGES if _let_go(image, stage, meant[stage])]
        if stages := dispatch.run_again(image, *let_go):
            report.images.append(image)
            report.stages += len(stages)


def _let_go(image: Image, stage: str, meant: Q) -> bool:
    """Take the stage from whoever died over it; False where it is not meant, or not any more."""
    return Image.objects.filter(meant, pk=image.pk).update(**{f"{stage}_state": State.FAILED}) == 1


def _queues(announced: set[str], report: Report, limit: int) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    for queue in settings.DEAD_LETTER_QUEUES:
        try:
            _drain(queue, announced, report, limit)
        except (BotoCoreError, ClientError) as error:
            report.closed.append(f"The queue {queue} could not be emptied: {error}")


def _drain(queue: str, announced: set[str], report: Report, limit: int) -> None:
    """Publish what the queue's messages tell of to the topic, and only then delete them."""
    for message in _messages(queue, limit):
        uploads = uploads_of(message["Body"])
        if not uploads:
            report.unreadable += 1
            continue
        for upload in uploads:
            if upload.key not in announced:
                dispatch.announce(upload)
                announced.add(upload.key)
                report.uploads += 1
        _sqs().delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        report.messages += 1


def _messages(queue: str, limit: int) -> Iterator[Any]:
    """Each message once. SQS hands over ten at a time; an answer without any, after two seconds, says that is all."""
    seen: set[str] = set()
    while len(seen) < limit:
        answer = _sqs().receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=2, VisibilityTimeout=HIDDEN_SECONDS
        )
        fresh = [message for message in answer.get("Messages", []) if message["MessageId"] not in seen]
        if not fresh:
            return
        seen |= {message["MessageId"] for message in fresh}
        yield from fresh


def uploads_of(body: str) -> list[events.Upload]:
    """The uploads that a dead letter tells of. It is the message of SNS (redrive of a subscription: SNS developer
    guide, "Message structure"), or Lambda's record of the event, under `requestPayload` (Lambda developer guide,
    "Capturing records of Lambda asynchronous invocations")."""
    try:
        letter = json.loads(body)
    except ValueError:
        return []
    if not isinstance(letter, dict):
        return []
    event = letter.get("requestPayload")
    return _ours(events.uploads(event if isinstance(event, dict) else {"Records": [{"Sns": letter}]}))


def _ours(uploads: Iterable[events.Upload]) -> list[events.Upload]:
    return [upload for upload in uploads if upload.bucket == settings.S3_BUCKET]


@cache
def _sqs() -> Any:
    import boto3

    return boto3.client("sqs", region_name=settings.AWS_REGION)
