"""The functions' zips as AWS runs them: AWS's runtime client, Lambda's environment and nothing else, MySQL over TLS,
S3 -> SNS -> function by moto, Gemini's API by a local server."""

from collections.abc import Iterator
from typing import Any

import pymysql
import pytest

from tests.flow.functions import Functions
from tests.pictures import jpeg, webp
from tests.servers.gemini import CAPTION
from tests.servers.runtime import Runtime

pytestmark = [pytest.mark.package, pytest.mark.server]

TERRAFORM_SETS = {"DATABASE_HOST", "DATABASE_PORT", "DATABASE_NAME", "DATABASE_SECRET_ARN", "DATABASE_CA"}
TERRAFORM_SETS |= {"GEMINI_SECRET_ARN"}
STAND_INS = {"AWS_ENDPOINT_URL", "GEMINI_ENDPOINT"}


@pytest.fixture(scope="module")
def environment(production: Any) -> dict[str, str]:
    return {name: production.environment[name] for name in TERRAFORM_SETS | STAND_INS}


@pytest.fixture(scope="module")
def functions(packages: Any, environment: dict[str, str], aws: Any, measured: list[str]) -> Iterator[Any]:
    names = ("thumbnail", "annotation")
    runtimes = {name: Runtime(getattr(packages, name), f"processors.{name}.handler", environment) for name in names}
    functions = Functions(dict(runtimes))
    former, aws.deliver = aws.deliver, functions.accept
    yield functions
    aws.deliver = former
    functions.stop()
    for runtime in runtimes.values():
        runtime.close()


def put(aws: Any, functions: Functions, key: str, body: bytes) -> list[Any]:
    """Put a picture into the bucket; what both functions answered."""
    functions.received.clear()
    aws.client("s3").put_object(Bucket=aws.bucket, Key=key, Body=body)
    functions.settle()
    return [each.outcome or each.error for each in functions.received]


def row(mariadb: Any, database: str, key: str) -> dict[str, Any]:
    connection = pymysql.connect(
        unix_socket=str(mariadb.folder / "s.sock"), user="root", database=database,
        cursorclass=pymysql.cursors.DictCursor,
    )  # fmt: skip
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM images LEFT JOIN annotations a ON a.image_id = images.id WHERE s3_key=%s", (key,))
        return dict(cursor.fetchone())


def test_it_works(aws: Any, gemini: Any, functions: Any, mariadb: Any, production: Any, measured: list[str]) -> None:
    """A 12 MP photo; what the cold start took is printed at the end of the run."""
    key = "uploads/package.jpg"
    assert put(aws, functions, key, jpeg(4000, 3000)) == [{key: "done"}, {key: "done"}]
    found = row(mariadb, production.name, key)
    assert (found["thumbnail_state"], found["annotation_state"]) == ("done", "done")
    assert (found["caption"], found["model"]) == (CAPTION["caption"], "gemini-3.5-flash-lite")
    thumbnail = aws.client("s3").get_object(Bucket=aws.bucket, Key=found["thumbnail_key"])
    assert thumbnail["Body"].read(16)[8:12] == b"WEBP"
    for name, runtime in functions.handlers.items():
        measured.append(
            f"{name}.zip, cold, 12 MP: init {runtime.init_ms:.0f} ms, first event {runtime.duration_ms:.0f} ms, "
            f"peak {runtime.peak_mib:.0f} of {runtime.memory_mb} MiB"
        )


def test_next_event_is_warm(aws: Any, gemini: Any, functions: Any, measured: list[str]) -> None:
    for key in ("uploads/warm-1.jpg", "uploads/warm-2.jpg"):
        assert put(aws, functions, key, jpeg(4000, 3000)) == [{key: "done"}, {key: "done"}]
    for name, runtime in functions.handlers.items():
        assert runtime.starts == 1
        measured.append(f"{name}.zip, warm, 12 MP: {runtime.duration_ms:.0f} ms")


def test_event_that_comes_twice(aws: Any, gemini: Any, functions: Any) -> None:
    put(aws, functions, "uploads/twice.jpg", jpeg())
    again = functions.deliver(list(functions.received))
    functions.settle()
    assert [each.outcome for each in again] == [{"uploads/twice.jpg": "skipped"}] * 2
    assert len(gemini.requests) == 1


def test_256_mb(packages: Any, environment: dict[str, str], aws: Any, functions: Any) -> None:
    """Less than half of the default: JPEGs of any size, and words for what does not fit."""
    functions.received.clear()
    with_little = Runtime(packages.thumbnail, "processors.thumbnail.handler", environment, memory_mb=256)
    functions.handlers["thumbnail"], former = with_little, functions.handlers["thumbnail"]
    assert {"uploads/little.jpg": "done"} in put(aws, functions, "uploads/little.jpg", jpeg(1600, 1200))
    assert {"uploads/48-mp.jpg": "done"} in put(aws, functions, "uploads/48-mp.jpg", jpeg(8000, 6000))
    assert {"uploads/12-mp.webp": "failed"} in put(aws, functions, "uploads/12-mp.webp", webp(4000, 3000))
    assert with_little.starts == 1
    functions.handlers["thumbnail"] = former
    with_little.close()
