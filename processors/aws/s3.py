"""The pictures' bucket as `processors.store.Store`."""

import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from typing import Any, BinaryIO

import boto3
from botocore.exceptions import ClientError

from processors.images.check import MIB, Limits, refuse_too_many
from processors.store import ObjectMissing

# For browsers: a picture's URL stays the same for half an hour (gallery/presign.py), and a thumbnail may be made again.
_KEEP = "private, max-age=1800"
_MISSING = {"404", "NoSuchKey", "NotFound"}


class S3Store:
    """`bucket`: the one that the event names."""

    def __init__(self, bucket: str, limits: Limits) -> None:
        self.bucket, self.limits = bucket, limits

    def size(self, key: str) -> int:
        return int(_present(lambda: client().head_object(Bucket=self.bucket, Key=key))["ContentLength"])

    def get(self, key: str) -> BinaryIO:
        answer = _present(lambda: client().get_object(Bucket=self.bucket, Key=key))
        refuse_too_many(answer["ContentLength"], self.limits)  # a direct drop may have any size; /tmp has not
        file = tempfile.TemporaryFile()  # noqa: SIM115  (the caller closes it; on /tmp: memory is for the pixels)
        shutil.copyfileobj(answer["Body"], file, MIB)
        file.seek(0)
        return file

    def put(self, key: str, body: bytes, content_type: str) -> None:
        client().put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type, CacheControl=_KEEP)

    def delete(self, key: str) -> None:
        client().delete_object(Bucket=self.bucket, Key=key)


@cache
def client() -> Any:
    """The one S3 client of this process."""
    return boto3.client("s3")


def _present(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise ObjectMissing("there is no such object") from None
        raise
