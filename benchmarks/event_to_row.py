"""From PutObject to the row that says there is a thumbnail: moto as S3, SNS and SQS, the real package under AWS's
runtime client, MariaDB over TLS; warm. Beside it the bare work: get, decode, encode, put, update."""

import io
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pymysql

from benchmarks import world
from benchmarks.harness import Line, ratio, say, size
from benchmarks.packages import function
from benchmarks.photos import forget, photo
from processors.images.shrink import fit, shrink
from processors.images.visit import PREVIEW_SIDE, THUMBNAIL_SIDE
from tests.flow.functions import Functions
from tests.servers.runtime import Runtime

ROUNDS = size(15, 1)
NOTE = (
    "Time on the clock, for a JPEG of 12 MP. moto stands for S3, SNS and SQS (on AWS the message takes its own time),"
    " and the annotation function gets its message but does nothing. The bare work runs in this process, by the same"
    " libraries."
)


def lines() -> Iterator[Line]:
    everything, body = world.production(), photo(12).read_bytes()
    forget()
    captioner = ("CAPTIONER", "GEMINI_SECRET_ARN", "GEMINI_ENDPOINT")  # the annotation's alone
    environment = {name: value for name, value in everything.environment.items() if name not in captioner}
    runtime = Runtime(function("thumbnail"), "processors.thumbnail.handler", environment)
    handlers = {"thumbnail": runtime, "annotation": lambda event: {}}
    functions = Functions(handlers, everything.aws.client("sqs"), everything.aws.queues)
    say("one picture after the other")
    try:
        yield from _lines(everything, functions, body)
    finally:
        functions.stop()
        runtime.close()


def _lines(everything: Any, functions: Functions, body: bytes) -> Iterator[Line]:
    root = f"{everything.mariadb.folder}/s.sock"
    with closing(pymysql.connect(unix_socket=root, user="root", database=everything.database, autocommit=True)) as db:
        whole, inside, bare = [], [], []
        for number in range(ROUNDS + 1):
            taken = _from_put_to_row(everything, db, functions, f"uploads/event-{number}.jpg", body)
            if number:  # the first is the cold start
                whole.append(taken)
                inside.append(functions.handlers["thumbnail"].duration_ms / 1000)
            bare.append(_bare(everything, db, f"uploads/event-{number}.jpg"))
    what = "from PutObject to the thumbnail's row, warm, p50"
    p50, work = statistics.median(whole), statistics.median(bare)
    yield ratio(what, p50, work, 1.5, "the bare work", NOTE)
    words = f"{statistics.median(inside) / work:.2f} x the bare work; the rest is moto's: two messages, and looks at"
    yield Line("… of it in the function", "", f"{words} the queues", None)


def _from_put_to_row(everything: Any, db: Any, functions: Functions, key: str, body: bytes) -> float:
    """Until the function has answered, which is a moment after its row: asking for the row would slow it down."""
    s3 = everything.aws.client("s3")
    start = time.monotonic()
    s3.put_object(Bucket=everything.aws.bucket, Key=key, Body=body)
    functions.settle()
    taken = time.monotonic() - start
    with db.cursor() as cursor:
        assert cursor.execute("SELECT 1 FROM images WHERE s3_key = %s AND thumbnail_key <> ''", (key,)) == 1
    return taken


def _bare(everything: Any, db: Any, key: str) -> float:
    s3 = everything.aws.client("s3")
    start = time.monotonic()
    body = s3.get_object(Bucket=everything.aws.bucket, Key=key)["Body"].read()
    preview = shrink(io.BytesIO(body), PREVIEW_SIDE)
    for name, image in (("preview", preview), ("thumbnail", fit(preview, THUMBNAIL_SIDE))):
        image.save(encoded := io.BytesIO(), "WEBP", quality=80, method=2)
        s3.put_object(Bucket=everything.aws.bucket, Key=f"bare/{name}", Body=encoded.getvalue())
    with db.cursor() as cursor:
        cursor.execute("UPDATE images SET width = width + 1 WHERE s3_key = %s", (key,))
    return time.monotonic() - start
