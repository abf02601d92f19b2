"""AWS: the queues in SQS that bring work to the functions, one for each kind of job. The message is the one that an
object's arrival sends, too."""

import logging
from functools import cache
from typing import Any

from django.conf import settings

from gallery.models import Image
from processors import events, records

log = logging.getLogger(__name__)


def send(kind: str, key: str) -> None:
    """Have the function of this kind look at the object. Raises botocore's exceptions."""
    body = events.message(events.Upload(settings.S3_BUCKET, key))
    sqs().send_message(QueueUrl=settings.QUEUES[records.processor_of(kind)], MessageBody=body)


def sent(image: Image, kind: str) -> bool:
    """The same for an image's job; False, and a line in the log, where it did not work."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        send(kind, image.object_key)
    except (BotoCoreError, ClientError) as error:
        log.warning("The %s of %s could not be sent to its queue: %s", kind, image.uuid, error)
        return False
    return True


def many_wait(kind: str, many: int) -> bool:
    """Whether about so many messages of the kind's queue have not been received yet; also where nobody can say."""
    from botocore.exceptions import BotoCoreError, ClientError

    name = "ApproximateNumberOfMessages"
    try:
        answer = sqs().get_queue_attributes(QueueUrl=settings.QUEUES[records.processor_of(kind)], AttributeNames=[name])
    except (BotoCoreError, ClientError) as error:
        log.warning("The queue of the %s function could not be asked: %s", kind, error)
        return True
    return int(answer["Attributes"][name]) >= many


@cache
def sqs() -> Any:
    """The one SQS client of this process."""
    import boto3

    return boto3.client("sqs", region_name=settings.AWS_REGION)
