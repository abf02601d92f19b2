"""The stand-in for Lambda behind SNS, with small functions: what comes out of a delivery, of failures and of a kill."""

import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from processors import events
from tests.flow.world import wait_for
from tests.rehearsal.lambda_function import Function
from tests.rehearsal.lambda_host import LambdaHost
from tests.servers.moto_server import MotoServer

pytestmark = [pytest.mark.server, pytest.mark.package]

ECHO = "def handler(event, context): return event['Records'][0]['Sns']['Message']"
FAILS = "def handler(event, context): raise KeyError('gone')"
SLOW = "import os, time\ndef handler(event, context): time.sleep(30 if os.environ['SLOW'] else 0); return 'done'"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LambdaHost]:
    host = LambdaHost(tmp_path_factory.mktemp("packages"))
    moto = MotoServer(lambda_host=host.url)
    host.connect(moto.url, MINE="of the rehearsal")
    yield host
    host.stop()
    moto.stop()


@pytest.fixture
def deploy(host: LambdaHost) -> Iterator[Callable[..., Callable[[str], Function]]]:
    """Makes a function behind a topic, with a queue for its dead letters; returns what publishes to it."""
    policy = '{"Version": "2012-10-17", "Statement": []}'
    role = host.client("iam").create_role(RoleName=str(uuid.uuid4()), AssumeRolePolicyDocument=policy)["Role"]["Arn"]

    def deploy(name: str, source: str, **environment: str) -> Callable[[str], Function]:
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w") as out:
            out.writestr(f"{name}.py", source)
        options = {"Runtime": "python3.13", "Role": role, "MemorySize": 128, "Timeout": 20}
        arn = host.client("lambda").create_function(
            FunctionName=name, Handler=f"{name}.handler", Code={"ZipFile": body.getvalue()},
            Environment={"Variables": environment}, **options,
        )["FunctionArn"]  # fmt: skip
        queue = host.client("sqs").create_queue(QueueName=f"{name}-dead")["QueueUrl"].split("/")[-1]
        destination = {"OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:123456789012:{queue}"}}
        host.client("lambda").put_function_event_invoke_config(
            FunctionName=name, MaximumRetryAttempts=2, DestinationConfig=destination
        )
        topic = host.client("sns").create_topic(Name=name)["TopicArn"]
        host.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)

        def publish(message: str) -> Function:
            host.client("sns").publish(TopicArn=topic, Message=message)
            function = host.functions[name]
            function.clock = 600.0
            return function

        return publish

    yield deploy
    host.settle(30)


def dead_letters(host: LambdaHost, name: str) -> list[Any]:
    sqs = host.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{name}-dead")["QueueUrl"]
    return [json.loads(each["Body"]) for each in sqs.receive_message(QueueUrl=url).get("Messages", [])]


def test_it_works(host: LambdaHost, deploy: Any) -> None:
    function = deploy("echo", ECHO)("hello")
    function.settle(30)
    assert [each.outcome for each in function.deliveries] == ["hello"]
    assert dead_letters(host, "echo") == []


def test_environment_is_terraforms_with_the_overrides(deploy: Any) -> None:
    source = "import os\ndef handler(event, context): return [os.environ[n] for n in ('FROM_TERRAFORM', 'MINE')]"
    function = deploy("environment", source, FROM_TERRAFORM="yes", MINE="of Terraform")("x")
    function.settle(30)
    assert function.deliveries[0].outcome == ["yes", "of the rehearsal"]


def test_three_tries_then_the_dead_letter_queue(host: LambdaHost, deploy: Any) -> None:
    function = deploy("fails", FAILS)("the message")
    function.settle(30)
    assert [error.type for error in function.deliveries[0].errors] == ["KeyError"] * 3
    (letter,) = dead_letters(host, "fails")
    assert letter["requestContext"]["approximateInvokeCount"] == 3
    assert letter["requestPayload"]["Records"][0]["Sns"]["Message"] == "the message"


def test_killed_meanwhile_is_tried_again(deploy: Any) -> None:
    """What is changed in the function's settings is in force at the next try."""
    function = deploy("slow", SLOW, SLOW="yes")("x")
    wait_for(function.kill, what="the function's start")
    function._client("lambda").update_function_configuration(
        FunctionName="slow", Environment={"Variables": {"SLOW": ""}}
    )
    function.settle(30)
    (delivery,) = function.deliveries
    assert ([error.type for error in delivery.errors], delivery.outcome) == (["Runtime.ExitError"], "done")


def test_pauses_that_were_cut_short_are_told(host: LambdaHost, deploy: Any) -> None:
    """With the pictures that they were about, so that the queue's own pauses can be cut as much."""
    told: list[Any] = []
    host.skip = lambda *what: not told.append(what)  # type: ignore[func-returns-value]
    function = deploy("skips", FAILS)(events.message(events.Upload("pictures", "uploads/a b.jpg")))
    function.settle(30)
    assert [(name, keys, round(seconds)) for name, keys, seconds, _ in told] == [
        ("skips", {"uploads/a b.jpg"}, 60), ("skips", {"uploads/a b.jpg"}, 120)
    ]  # fmt: skip


def test_held_back_and_delivered_twice(host: LambdaHost, deploy: Any) -> None:
    publish = deploy("twice", ECHO)
    publish("first").settle(30)
    with host.holding() as held:
        publish("second")
    function = host.functions["twice"]
    assert len(function.deliveries) == 1
    host.deliver(held * 2)
    function.settle(30)
    assert [each.outcome for each in function.deliveries] == ["first", "second", "second"]


def test_container_stays_warm(deploy: Any) -> None:
    publish = deploy("warm", "import os\ndef handler(event, context): return os.getpid()")
    for _ in range(3):
        function = publish("x")
        function.settle(30)
    assert len({each.outcome for each in function.deliveries}) == 1
    function.cool()
    publish("x").settle(30)
    assert len({each.outcome for each in function.deliveries}) == 2


def test_package_is_the_one_that_was_uploaded(host: LambdaHost, deploy: Any) -> None:
    deploy("uploaded", ECHO)("x").settle(30)
    assert Path(host._folder, "uploaded", "uploaded.py").read_text() == ECHO
