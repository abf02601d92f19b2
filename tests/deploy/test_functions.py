"""The functions' zips as AWS runs them: AWS's runtime client, Lambda's environment and nothing else, MySQL over TLS,
S3 -> SNS -> SQS by moto, a model's API by a local server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pymysql
import pytest

from tests.flow.functions import Functions
from tests.pictures import heic_grid, jpeg, png, webp
from tests.servers.gemini import CAPTION
from tests.servers.openai import FakeOpenAi
from tests.servers.runtime import Runtime

pytestmark = [pytest.mark.package, pytest.mark.server]

TERRAFORM_SETS = {"DATABASE_HOST", "DATABASE_PORT", "DATABASE_NAME", "DATABASE_SECRET_ARN", "DATABASE_CA"}
TERRAFORM_SETS |= {"GEMINI_SECRET_ARN"}
STAND_INS = {"AWS_ENDPOINT_URL", "GEMINI_ENDPOINT"}


@pytest.fixture(scope="module")
def environment(production: Any) -> dict[str, str]:
    return {name: production.environment[name] for name in TERRAFORM_SETS | STAND_INS}


def only(name: str, environment: dict[str, str]) -> dict[str, str]:
    """What Terraform sets for one function: Gemini is the annotation's alone."""
    if name == "annotation":
        return {**environment, "CAPTIONER": "gemini"}
    return {key: value for key, value in environment.items() if "GEMINI" not in key}


@pytest.fixture(scope="module")
def functions(packages: Any, environment: dict[str, str], aws: Any, measured: list[str]) -> Iterator[Any]:
    runtimes = {
        name: Runtime(getattr(packages, name), f"processors.{name}.handler", only(name, environment))
        for name in ("thumbnail", "annotation")
    }
    functions = Functions(dict(runtimes), aws.client("sqs"), aws.queues)
    yield functions
    functions.stop()
    for runtime in runtimes.values():
        runtime.close()


def put(aws: Any, functions: Functions, key: str, body: bytes) -> list[Any]:
    """Put a picture into the bucket; what both functions answered."""
    functions.forget()
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
        found = dict(cursor.fetchone())
        cursor.execute("SELECT kind, state, error FROM jobs j JOIN images i ON i.id = image_id WHERE s3_key=%s", (key,))
        return found | {job["kind"]: (job["state"], job["error"]) for job in cursor.fetchall()}


def family(pid: int) -> Iterator[int]:
    """A process and those that it has started, by any of its threads, and so on."""
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in file.read_text().split():
                yield from family(int(child))


def pss(pid: int) -> float:
    """MiB of a process, where what it shares counts in part (proc(5), smaps_rollup); 0 when it is gone."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
    return 0.0


@contextmanager
def watched(runtime: Runtime) -> Iterator[list[float]]:
    """Within, what the handler, the fork server and its child have together is looked at all the time."""
    seen, over = [0.0], threading.Event()

    def look() -> None:
        while not over.is_set():
            seen.append(sum(map(pss, family(runtime._process.pid))))

    thread = threading.Thread(target=look)
    thread.start()
    yield seen
    over.set()
    thread.join()


@pytest.fixture
def instead(functions: Functions) -> Iterator[Any]:
    """Puts another function in place of the usual one; it is warm. The others do nothing meanwhile."""
    usual, put = dict(functions.handlers), []

    def place(name: str, runtime: Runtime) -> Runtime:
        put.append(runtime)
        runtime({"Records": []})
        functions.handlers.update(dict.fromkeys(usual, lambda event: {}) | {name: runtime})
        return runtime

    yield place
    functions.handlers.update(usual)
    for runtime in put:
        runtime.close()


@pytest.fixture
def small(packages: Any, environment: dict[str, str], instead: Any) -> Any:
    """Puts a function with so much memory in place of the usual one."""

    def make(name: str, memory_mb: int) -> Runtime:
        file, handler = getattr(packages, name), f"processors.{name}.handler"
        return instead(name, Runtime(file, handler, only(name, environment), memory_mb=memory_mb))

    return make


@pytest.fixture
def openai() -> Iterator[FakeOpenAi]:
    fake = FakeOpenAi()
    yield fake
    fake.stop()


def test_it_works(aws: Any, gemini: Any, functions: Any, mariadb: Any, production: Any, measured: list[str]) -> None:
    """A 12 MP photo; what the cold start took is printed at the end of the run."""
    key = "uploads/package.jpg"
    assert put(aws, functions, key, jpeg(4000, 3000)) == [{key: "done"}, {key: "done"}]
    found = row(mariadb, production.name, key)
    assert (found["thumbnail"], found["annotation"]) == (("done", ""), ("done", ""))
    assert (found["caption"], found["model"]) == (CAPTION["caption"], "gemini-3.5-flash-lite")
    thumbnail = aws.client("s3").get_object(Bucket=aws.bucket, Key=found["thumbnail_key"])
    assert thumbnail["Body"].read(16)[8:12] == b"WEBP"
    for name, runtime in functions.handlers.items():
        measured.append(
            f"{name}.zip, cold, 12 MP: init {runtime.init_ms:.0f} ms, first event {runtime.duration_ms:.0f} ms, "
            f"peak {runtime.peak_mib:.0f} of {runtime.memory_mb} MiB"
        )


CAPTIONS = {**dict.fromkeys(("gemini", "genai", "openai"), CAPTION["caption"]), "offline": "A landscape picture,"}


@pytest.mark.parametrize("captioner", CAPTIONS)
def test_every_captioner(
    captioner: str, packages: Any, environment: dict[str, str], instead: Any, openai: FakeOpenAi, gemini: Any,
    aws: Any, functions: Any, mariadb: Any, production: Any, measured: list[str],
) -> None:  # fmt: skip
    """A captioner is a package and what Terraform sets for it; each has its key from Secrets Manager."""
    key = f"uploads/by-{captioner}.jpg"
    variables = {
        name: value for name, value in environment.items() if captioner.startswith("ge") or "GEMINI" not in name
    }
    if captioner == "openai":
        variables |= {"CAPTION_URL": openai.url, "CAPTION_MODEL": "qwen3-vl", "CAPTION_PRICE": "0/0"}
        variables |= {"CAPTION_SECRET_ARN": aws.secret("caption", "a-key-of-the-tests")}
    file, handler = packages.captioners[captioner], "processors.annotation.handler"
    runtime = instead("annotation", Runtime(file, handler, variables | {"CAPTIONER": captioner}))
    assert {key: "done"} in put(aws, functions, key, jpeg(4000, 3000))
    assert row(mariadb, production.name, key)["caption"].startswith(CAPTIONS[captioner])
    sent = {"gemini": gemini, "genai": gemini, "openai": openai}
    if captioner in sent:
        (request,) = sent[captioner].requests
        assert "-of-the-tests" in str(request["headers"])
    measured.append(f"{file.name}: init {runtime.init_ms:.0f} ms, peak {runtime.peak_mib:.0f} MiB")


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


# What needs almost all that a function of this memory leaves to the child that decodes.
MOST = {"thumbnail": (128, webp(1414, 1060)), "annotation": (256, png(4500, 3375))}


@pytest.mark.parametrize("name", MOST)
def test_all_processes_together_stay_within_the_memory(
    name: str, small: Any, gemini: Any, aws: Any, functions: Any, measured: list[str]
) -> None:
    memory, body = MOST[name]
    function, key = small(name, memory), f"uploads/most-of-{name}.jpg"
    with watched(function) as seen:
        assert {key: "done"} in put(aws, functions, key, body)
    measured.append(f"{name}.zip with {memory} MB: all processes at most {max(seen):.0f} MiB")
    assert 0.7 * memory < max(seen) < memory


def test_128_mb(small: Any, aws: Any, functions: Any, mariadb: Any, production: Any) -> None:
    """What the reference deployment gives the thumbnail function: some JPEGs, and words for what does not fit."""
    function = small("thumbnail", 128)
    for key, body in {"uploads/12-mp.jpg": jpeg(4000, 3000), "uploads/48-mp.jpg": jpeg(8000, 6000)}.items():
        assert {key: "done"} in put(aws, functions, key, body)
    assert {"uploads/large.heic": "failed"} in put(aws, functions, "uploads/large.heic", heic_grid(8, 6))
    state, words = row(mariadb, production.name, "uploads/large.heic")["thumbnail"]
    assert (state, "more memory than this service has" in words) == ("failed", True)
    assert function.starts == 1
