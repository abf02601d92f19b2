"""What only the dead-letter queues know. A function's event that failed at every try ends there, and so does a message
that SNS could not hand over. Mostly the job's row says the same; of an object that was copied into the bucket while
the database was away the queue alone knows."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings

from gallery.work import topic
from processors import events

HIDDEN_SECONDS = 120  # for so long nobody else gets a message that was received


def drain(announced: set[str], limit: int) -> Iterator[str]:
    """Publish what the messages tell of to the topic, but the keys in `announced`, and only then delete them. What came
    of it, in sentences."""
    from botocore.exceptions import BotoCoreError, ClientError

    before, outcomes = len(announced), Counter[bool]()
    for queue in settings.DEAD_LETTER_QUEUES:
        try:
            outcomes.update(_take(queue, message, announced) for message in _messages(queue, limit))
        except (BotoCoreError, ClientError) as error:
            yield f"The queue {queue} could not be emptied: {error}. May this instance's role empty it?"
    if settings.DEAD_LETTER_QUEUES:
        more = len(announced) - before
        yield f"Messages taken from the dead-letter queues: {outcomes[True]}; more pictures go on: {more}."
    if outcomes[False]:
        yield f"Messages that tell of no upload: {outcomes[False]}. They stay in their queue for you to look at."


def _take(queue: str, message: Any, announced: set[str]) -> bool:
    """Whether the message told of an upload, and is dealt with."""
    uploads = uploads_of(message["Body"])
    for upload in uploads:
        if upload.key not in announced:
            topic.announce(upload)
            announced.add(upload.key)
    if uploads:
        _sqs().delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return bool(uploads)


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
    uploads = events.uploads(event if isinstance(event, dict) else {"Records": [{"Sns": letter}]})
    return [upload for upload in uploads if upload.bucket == settings.S3_BUCKET]


@cache
def _sqs() -> Any:
    import boto3

    return boto3.client("sqs", region_name=settings.AWS_REGION)
