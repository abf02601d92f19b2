"""S3's "object created" events, as they arrive through SNS, and the same message for work that is run again."""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote_plus

PREFIX = "uploads/"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upload:
    """One object under uploads/. The key is the object's own, decoded. `kinds`: of the jobs that are to be done;
    none named means all, as for an object that S3 tells of."""

    bucket: str
    key: str
    kinds: tuple[str, ...] = ()


def uploads(event: Mapping[str, Any]) -> list[Upload]:
    """The uploads that an event from SNS (or straight from S3) tells of, each once, in their order.

    Skips s3:TestEvent, deletions, keys outside uploads/ and the "folder" itself. A message that is not an S3
    event is logged and skipped: trying it again would not make it one.
    Source: AmazonS3 user guide, "Event message structure" (keys are URL-encoded as in a form: "red+flower.jpg").
    """
    found = dict.fromkeys(upload for record in _s3_records(event) if (upload := _upload(record)))
    return list(found)


def message(upload: Upload) -> str:
    """The S3 event, as JSON, that makes the functions look at `upload` again. Each sees by `kinds` and by its own
    job whether it is meant."""
    s3 = {"bucket": {"name": upload.bucket}, "object": {"key": quote_plus(upload.key, safe="/")}}
    record: dict[str, Any] = {"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}
    record |= {"s3": s3, "kinds": list(upload.kinds)}
    return json.dumps({"Records": [record]})


def _s3_records(event: Mapping[str, Any]) -> Iterator[Any]:
    for record in _records(event):
        if "Sns" not in record:
            yield record
            continue
        try:
            yield from _records(json.loads(record["Sns"]["Message"]))
        except (ValueError, KeyError, TypeError):
            log.warning("A message on the topic is not an S3 event; it was skipped.")


def _records(message: Any) -> list[Mapping[str, Any]]:
    records = message.get("Records") if isinstance(message, Mapping) else None
    return [record for record in records if isinstance(record, Mapping)] if isinstance(records, list) else []


def _upload(record: Mapping[str, Any]) -> Upload | None:
    try:
        created = record["eventName"].removeprefix("s3:").startswith("ObjectCreated:")
        bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
    except (KeyError, TypeError, AttributeError):
        return None
    meant = created and isinstance(bucket, str) and key.startswith(PREFIX) and not key.endswith("/")
    kinds = record.get("kinds")
    names = tuple(str(name) for name in kinds) if isinstance(kinds, list) else ()
    return Upload(bucket, key, names) if meant else None
