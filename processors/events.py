"""What a processor's queue brings: S3's "object created" event, passed on by SNS as it is (raw message delivery), and
the same message for work that is sent again."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote_plus

PREFIX = "uploads/"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upload:
    """One object under uploads/. The key is the object's own, decoded."""

    bucket: str
    key: str


def uploads(message: str) -> list[Upload]:
    """The uploads that a message tells of, each once, in their order.

    Skips s3:TestEvent, deletions, keys outside uploads/ and the "folder" itself. A message that is not an S3
    event is logged and skipped: trying it again would not make it one.
    Source: AmazonS3 user guide, "Event message structure" (keys are URL-encoded as in a form: "red+flower.jpg").
    """
    try:
        event = json.loads(message)
    except ValueError:
        event = None
    if not isinstance(event, Mapping):
        log.warning("A message in the queue is not an S3 event; it was skipped.")
        return []
    records = event.get("Records")
    found = [_upload(record) for record in records if isinstance(record, Mapping)] if isinstance(records, list) else []
    return list(dict.fromkeys(filter(None, found)))


def message(upload: Upload) -> str:
    """The S3 event, as JSON, that makes a function look at `upload`."""
    s3 = {"bucket": {"name": upload.bucket}, "object": {"key": quote_plus(upload.key, safe="/")}}
    record = {"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}
    return json.dumps({"Records": [record]})


def _upload(record: Mapping[str, Any]) -> Upload | None:
    try:
        created = record["eventName"].removeprefix("s3:").startswith("ObjectCreated:")
        bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
    except (KeyError, TypeError, AttributeError):
        return None
    meant = created and isinstance(bucket, str) and key.startswith(PREFIX) and not key.endswith("/")
    return Upload(bucket, key) if meant else None
