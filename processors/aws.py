"""What only the Lambda functions need: S3, Secrets Manager, MySQL and the environment that Terraform sets.

Imported by the handlers alone, so that one machine runs without boto3 and PyMySQL.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import boto3
import pymysql
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities import parameters
from botocore.exceptions import ClientError
from pymysql.constants import CLIENT

from processors import events, records
from processors.captioning import Caption, Captioner, Permanent, Subject
from processors.images.check import MIB, Limits, refuse_too_many
from processors.objects import ObjectMissing, Objects

ACCESS_DENIED = 1045  # MySQL: "Access denied for user": the password has rotated since we read it
# For browsers: a picture's URL stays the same for half an hour (gallery/presign.py), and a thumbnail may be made again.
_KEEP = "private, max-age=1800"
# Resident: 104 MiB of the annotation function's handler (61 of the other's), 27 of the server, of which children share
# 17 and more; their address space counts it again.
PARENTS_MIB = 112
_MISSING = {"404", "NoSuchKey", "NotFound"}

log = Logger(service="processors")
_connection: Any = None


class S3Objects:
    """`processors.objects.Objects` in one bucket."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def size(self, key: str) -> int:
        return int(_present(lambda: _s3().head_object(Bucket=self.bucket, Key=key))["ContentLength"])

    def get(self, key: str) -> BinaryIO:
        answer = _present(lambda: _s3().get_object(Bucket=self.bucket, Key=key))
        refuse_too_many(answer["ContentLength"], limits())  # a direct drop may have any size; /tmp has not
        file = tempfile.TemporaryFile()  # noqa: SIM115  (the caller closes it; on /tmp: memory is for the pixels)
        shutil.copyfileobj(answer["Body"], file, MIB)
        file.seek(0)
        return file

    def put(self, key: str, body: bytes, content_type: str) -> None:
        _s3().put_object(Bucket=self._target, Key=key, Body=body, ContentType=content_type, CacheControl=_KEEP)

    def delete(self, key: str) -> None:
        _s3().delete_object(Bucket=self._target, Key=key)

    @property
    def _target(self) -> str:
        return os.environ.get("TARGET_S3_BUCKET") or self.bucket


def run(event: dict[str, Any], process: Callable[[events.Upload, Objects, Any], str]) -> dict[str, str]:
    """Process every upload of the event; key -> outcome. One that fails does not keep the others from their turn:
    what a retry can cure is raised at the end, so that Lambda tries the event again and then dead-letters it."""
    outcomes: dict[str, str] = {}
    problem: Exception | None = None
    for upload in events.uploads(event):
        try:
            outcomes[upload.key] = process(upload, S3Objects(upload.bucket), connect())
        except Exception as error:
            log.warning("not finished, to be tried again", key=upload.key, error=type(error).__name__)
            problem = error
        else:
            log.info("finished", key=upload.key, outcome=outcomes[upload.key])
    if problem:
        raise problem
    return outcomes


def prepare() -> None:
    """What no event is needed for. Called while Lambda initialises, as that has more CPU than the function's memory
    gets afterwards (1,769 MB are one CPU: Lambda developer guide, "Configure Lambda function memory")."""
    _s3()


def connect() -> Any:
    """The connection to MySQL, one for each container: making it costs up to 50 ms. Checked before each event, made
    anew where it was lost; the schema is checked when it is made."""
    global _connection
    if _connection is not None:
        try:
            _connection.ping(reconnect=False)
            return _connection
        except pymysql.err.Error:
            _connection = None
    try:
        connection = _connect(_credentials(fresh=False))
    except pymysql.err.OperationalError as error:
        if error.args[0] != ACCESS_DENIED:
            raise
        connection = _connect(_credentials(fresh=True))
    records.check_schema(connection)
    _connection = connection
    return connection


def _connect(credentials: dict[str, str]) -> Any:
    return pymysql.connect(
        host=os.environ["DATABASE_HOST"],
        port=int(os.environ.get("DATABASE_PORT", "3306")),
        database=os.environ["DATABASE_NAME"],
        user=credentials["username"],
        password=credentials["password"],
        charset="utf8mb4",
        autocommit=True,
        client_flag=CLIENT.FOUND_ROWS,
        connect_timeout=10,
        read_timeout=30,
        write_timeout=30,
        ssl_ca=os.environ["DATABASE_CA"],
        ssl_verify_cert=True,
        ssl_verify_identity=True,
    )


def _credentials(*, fresh: bool) -> dict[str, str]:
    """username and password; RDS rotates them by itself and keeps nothing else in its secret."""
    secret = parameters.get_secret(os.environ["DATABASE_SECRET_ARN"], transform="json", max_age=300, force_fetch=fresh)
    return {"username": secret["username"], "password": secret["password"]}


class NoKey:
    """The captioner while nobody has put a key into the secret, which Terraform makes empty."""

    def describe(self, subject: Subject) -> Caption:
        raise Permanent(
            "There is no key for Gemini yet. Put one into its secret in Secrets Manager, then run the annotation again."
        )


def captioner() -> Captioner:
    """Gemini with the key from Secrets Manager, read anew every five minutes."""
    try:
        key = str(parameters.get_secret(os.environ["GEMINI_SECRET_ARN"], max_age=300)).strip()
    except parameters.exceptions.GetParameterError as error:
        if "ResourceNotFoundException" not in str(error):
            raise
        key = ""  # a secret without a value, which is never cached
    return _gemini(key) if key else NoKey()


@lru_cache(maxsize=1)
def _gemini(key: str) -> Captioner:
    from processors.captioning import gemini

    model = os.environ.get("GEMINI_MODEL") or gemini.DEFAULT_MODEL
    return gemini.Gemini(key, model, os.environ.get("GEMINI_ENDPOINT", ""))


def language() -> str:
    return os.environ.get("ANNOTATION_LANGUAGE") or "en"


def prefix() -> str:
    return os.environ.get("TARGET_S3_PREFIX") or "thumbnails/"


def limits() -> Limits:
    """The picture limits that fit this function's memory, less what its handler and the fork server hold."""
    memory = _number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 592) - PARENTS_MIB
    decoding = min(_number("MAX_DECODE_MIB", 480), memory)
    return Limits(
        max_bytes=_number("MAX_FILE_MB", 25) * 1_000_000,
        max_pixels=_number("MAX_MEGAPIXELS", 100) * 1_000_000,
        memory=decoding * MIB,
        slots=1,
        folder=Path(tempfile.gettempdir()),  # /tmp, the function's own
    )


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


@cache
def _s3() -> Any:
    return boto3.client("s3")


def _present(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise ObjectMissing("there is no such object") from None
        raise
