"""What only the dead-letter queues know. A message that a function could not even record ends there, and so does one
that SNS could not hand over to the queue. Mostly the job's row says the same, and the database is asked for that; of an
object that was copied into the bucket while the database was away the letter alone knows."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from gallery.models import Image
from gallery.work import messages
from processors import events, records

HIDDEN_SECONDS = 120  # for so long nobody else gets a message that was received


def drain(limit: int) -> Iterator[str]:
    """Send what the letters tell of to its queue where the database does not know it, and only then delete them. What
    came of it, in sentences."""
    from botocore.exceptions import BotoCoreError, ClientError

    outcomes, unknown = Counter[str](), set[str]()
    for kind, queue in settings.DEAD_LETTER_QUEUES.items():
        try:
            outcomes.update(_take(kind, queue, letter, unknown) for letter in _letters(queue, limit))
        except (BotoCoreError, ClientError) as error:
            yield f"The queue {queue} could not be emptied: {error}. May this instance's role empty it?"
    yield from _words(outcomes)


def _words(outcomes: Counter[str]) -> Iterator[str]:
    taken = outcomes["known"] + outcomes["sent"]
    yield f"Messages taken from the dead-letter queues: {taken}; the database did not know of {outcomes['sent']}."
    if unread := outcomes["unread"]:
        yield f"Messages that tell of no upload: {unread}. They stay in their queue for you to look at."


def _take(kind: str, queue: str, letter: Any, unknown: set[str]) -> str:
    """What came of a letter: known (to the database), sent, or unread (it tells of no upload, and stays). `unknown`:
    keys that were sent; a function may have registered one before the other function's letter is looked at."""
    uploads = uploads_of(letter["Body"])
    if not uploads:
        return "unread"
    news = [upload.key for upload in uploads if upload.key in unknown or not _known(upload)]
    for key in news:
        messages.send(kind, key)
    unknown.update(news)
    messages.sqs().delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])
    return "sent" if news else "known"


def _known(upload: events.Upload) -> bool:
    """Whether the database has a row for it, or never can have one."""
    try:
        return Image.objects.filter(s3_key=records.column_key(upload.key)).exists()
    except records.KeyTooLong:
        return True


def _letters(queue: str, limit: int) -> Iterator[Any]:
    """Each message once. SQS hands over ten at a time; an answer without any, after two seconds, says that is all."""
    seen: set[str] = set()
    while len(seen) < limit:
        answer = messages.sqs().receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=2, VisibilityTimeout=HIDDEN_SECONDS
        )
        fresh = [message for message in answer.get("Messages", []) if message["MessageId"] not in seen]
        if not fresh:
            return
        seen |= {message["MessageId"] for message in fresh}
        yield from fresh


def uploads_of(body: str) -> list[events.Upload]:
    """The uploads that a dead letter tells of: S3's event as the queue had it, or within SNS's own message (SNS
    developer guide, "Message structure"), as which a letter of the subscription may come."""
    try:
        inside = json.loads(body).get("Message", body)
    except (ValueError, AttributeError):
        return []
    uploads = events.uploads(inside) if isinstance(inside, str) else []
    return [upload for upload in uploads if upload.bucket == settings.S3_BUCKET]
