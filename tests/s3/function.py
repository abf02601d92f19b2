"""The thumbnail function without its event: S3 tells nobody here."""

from typing import Any

from processors import thumbnail
from processors.aws.runtime import resources
from processors.events import Upload


def handler(event: dict[str, str], context: Any) -> str:
    """`event`: bucket and key of an upload. The outcome, as `thumbnail.process`."""
    return thumbnail.process(Upload(event["bucket"], event["key"]), resources(event["bucket"]))
