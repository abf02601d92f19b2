"""The stand-in for Lambda behind its queues, with small functions: what comes out of a message, of failures and of a
kill."""

import io
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from processors import events
from tests.flow.world import wait_for
from tests.rehearsal.lambda_function import Function
from tests.rehearsal.lambda_host import LambdaHost
from tests.servers.moto_server import MotoServer

pytestmark = [pytest.mark.server, pytest.mark.package]

ECHO = "def handler(event, context): return event['Records'][0]['body']"
FAILS = "def handler(event, context): raise KeyError('gone')"
NOT_DEALT_WITH = """
def handler(event, context):
    return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
"""
SLOW = "import os, time\ndef handler(event, context): time.sleep(30 if os.environ['SLOW'] else 0); return 'done'"
BUCKET = "artifacts"
ARN = "arn:aws:sqs:us-east-1:123456789012:"


@pytest.fixture(scope="module")
def moto() -> Iterator[MotoServer]:
    server = MotoServer()
    yield server
    server.stop()


@pytest.fixture
def host(moto: MotoServer, tmp_path: Any) -> Iterator[LambdaHost]:
    """With an account in which there is nothing."""
    requests.post(f"{moto.url}/moto-api/reset", timeout=30).raise_for_status()
    host = LambdaHost(tmp_path)
    host.connect(moto.url, MINE="of the rehearsal")
    host.client("s3").create_bucket(Bucket=BUCKET)
    host.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    yield host
    host.stop()


@pytest.fixture
def deploy(host: LambdaHost) -> Callable[..., Callable[[str], Function]]:
    """Makes a function behind a queue, with another for its dead letters; returns what sends to it."""
    policy = '{"Version": "2012-10-17", "Statement": []}'
    role = host.client("iam").create_role(RoleName=str(uuid.uuid4()), AssumeRolePolicyDocument=policy)["Role"]["Arn"]

    def deploy(name: str, source: str, **environment: str) -> Callable[[str], Function]:
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w") as out:
            out.writestr(f"{name}.py", source)
        host.client("s3").put_object(Bucket=BUCKET, Key="package.zip", Body=body.getvalue())
        options = {"Runtime": "python3.13", "Role": role, "MemorySize": 128, "Timeout": 20, "Publish": True}
        host.client("lambda").create_function(
            FunctionName=name, Handler=f"{name}.handler", Code={"S3Bucket": BUCKET, "S3Key": "package.zip"},
            Environment={"Variables": environment}, **options,
        )  # fmt: skip
        alias = host.client("lambda").create_alias(FunctionName=name, Name="live", FunctionVersion="1")["AliasArn"]
        url = queue(host, name)
        host.client("lambda").create_event_source_mapping(
            EventSourceArn=ARN + name, FunctionName=alias, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2}
        )
        host.start(BUCKET)
        function = host.functions[name]
        function.source.clock = 600.0

        def send(message: str) -> Function:
            host.client("sqs").send_message(QueueUrl=url, MessageBody=message)
            wait_for(lambda: [each for each in function.deliveries if each.body == message], what="the message")
            return function

        return send

    return deploy


def queue(host: LambdaHost, name: str) -> str:
    """One with dead letters; its URL."""
    sqs = host.client("sqs")
    sqs.create_queue(QueueName=f"{name}-dead")
    redrive = f'{{"deadLetterTargetArn": "{ARN}{name}-dead", "maxReceiveCount": 3}}'
    attributes = {"VisibilityTimeout": "180", "RedrivePolicy": redrive}
    return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


def dead_letters(host: LambdaHost, name: str) -> list[Any]:
    sqs = host.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{name}-dead")["QueueUrl"]
    return [each["Body"] for each in sqs.receive_message(QueueUrl=url).get("Messages", [])]


def test_it_works(host: LambdaHost, deploy: Any) -> None:
    function = deploy("echo", ECHO)("hello")
    host.settle(30)
    assert [each.outcome for each in function.deliveries] == ["hello"]
    assert (function.places, function.source.most, dead_letters(host, "echo")) == (2, 1, [])


def test_environment_is_terraforms_with_the_overrides(host: LambdaHost, deploy: Any) -> None:
    source = "import os\ndef handler(event, context): return [os.environ[n] for n in ('FROM_TERRAFORM', 'MINE')]"
    function = deploy("environment", source, FROM_TERRAFORM="yes", MINE="of Terraform")("x")
    host.settle(30)
    assert function.deliveries[0].outcome == ["yes", "of the rehearsal"]


@pytest.mark.parametrize("source", [FAILS, NOT_DEALT_WITH], ids=["raises", "says so"])
def test_after_the_last_time_it_is_a_dead_letter(host: LambdaHost, deploy: Any, source: str) -> None:
    function = deploy("fails", source)("the message")
    host.settle(30)
    (delivery,) = function.deliveries
    assert (delivery.tries, delivery.dead) == (3, True)
    assert dead_letters(host, "fails") == ["the message"]


def test_killed_meanwhile_comes_back(host: LambdaHost, deploy: Any) -> None:
    """What a release changes is in force from then on: a new version, and the alias that names it."""
    function = deploy("slow", SLOW, SLOW="yes")("x")
    wait_for(function.kill, what="the function's start")
    api = host.client("lambda")
    api.update_function_configuration(FunctionName="slow", Environment={"Variables": {"SLOW": ""}})
    version = api.publish_version(FunctionName="slow")["Version"]
    api.update_alias(FunctionName="slow", Name="live", FunctionVersion=version)
    host.settle(30)
    (delivery,) = function.deliveries
    assert (delivery.tries, delivery.outcome) == (2, "done")
    assert "Runtime.ExitError" in delivery.errors[0]


def test_time_that_was_cut_short_is_told(host: LambdaHost, deploy: Any) -> None:
    """With the pictures that it was about, so that the jobs' own pauses can be cut as much."""
    told: list[Any] = []
    host.skip = lambda *what: not told.append(what)  # type: ignore[func-returns-value]
    deploy("skips", FAILS)(events.message(events.Upload("pictures", "uploads/a b.jpg")))
    host.settle(30)
    assert [(name, keys, 170 < seconds <= 180) for name, keys, seconds, _ in told] == [
        ("skips", {"uploads/a b.jpg"}, True), ("skips", {"uploads/a b.jpg"}, True)
    ]  # fmt: skip


def test_held_back_and_delivered_twice(host: LambdaHost, deploy: Any) -> None:
    send = deploy("twice", ECHO)
    function = send("first")
    host.settle(30)
    with host.holding() as held:
        host.client("sqs").send_message(QueueUrl=function.source.url, MessageBody="second")
    assert (len(function.deliveries), len(held)) == (1, 1)
    host.deliver(held * 2)
    host.settle(30)
    assert [each.outcome for each in function.deliveries] == ["first", "second", "second"]


def test_container_stays_warm(host: LambdaHost, deploy: Any) -> None:
    send = deploy("warm", "import os\ndef handler(event, context): return os.getpid()")
    for number in range(3):
        function = send(f"{number}")
        host.settle(30)
    assert len({each.outcome for each in function.deliveries}) == 1
    function.cool()
    send("again")
    host.settle(30)
    assert len({each.outcome for each in function.deliveries}) == 2


def test_no_more_at_once_than_the_mapping_permits(host: LambdaHost, deploy: Any) -> None:
    function = deploy("busy", "import time\ndef handler(event, context): time.sleep(0.5)")("first")
    for number in range(6):
        host.client("sqs").send_message(QueueUrl=function.source.url, MessageBody=f"more {number}")
    host.settle(30)
    assert (len(function.deliveries), function.source.most) == (7, 2)
