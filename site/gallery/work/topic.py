"""AWS: announcing work to the functions, by the message that also an object's arrival sends."""

import logging
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings

from gallery.models import Image
from processors import events

log = logging.getLogger(__name__)


def announce(upload: events.Upload) -> None:
    """Have the functions look at an object. Raises botocore's exceptions."""
    _sns().publish(TopicArn=settings.TOPIC_ARN, Message=events.message(upload))


def announced(image: Image, kinds: Iterable[str]) -> bool:
    """The same for some kinds of an image's jobs; False, and a line in the log, where it did not work."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        announce(events.Upload(settings.S3_BUCKET, image.object_key, tuple(kinds)))
    except (BotoCoreError, ClientError) as error:
        log.warning("%s could not be announced on the topic: %s", image.uuid, error)
        return False
    return True


@cache
def _sns() -> Any:
    import boto3

    return boto3.client("sns", region_name=settings.AWS_REGION)
