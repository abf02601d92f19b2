"""`manage.py redrive` on AWS: dead letters in SQS, of both kinds, come back by the topic."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from processors import events
from tests.flow.world import World
from tests.pictures import jpeg
from tests.servers.gemini import GOOD, error
from tests.servers.site import manage

pytestmark = pytest.mark.server


@pytest.fixture
def queue(world: World) -> Iterator[str]:
    sqs = world.aws.client("sqs")
    url = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def redrive(world: World, *queues: str) -> str:
    done = manage("redrive", **{**world.environment, "DEAD_LETTER_QUEUES": ",".join(queues)})
    assert done.returncode == 0, done.stderr
    world.functions.settle()
    return done.stdout


def left(world: World, queue: str) -> int:
    """Messages in the queue, seen or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = world.aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    return sum(int(answer["Attributes"][name]) for name in names)


def send(world: World, queue: str, letter: Any) -> None:
    body = letter if isinstance(letter, str) else json.dumps(letter)
    world.aws.client("sqs").send_message(QueueUrl=queue, MessageBody=body)


def from_sns(world: World, key: str) -> dict[str, Any]:
    """What a subscription's redrive leaves (SNS developer guide, "Message structure")."""
    message = events.message(events.Upload(world.aws.bucket, key))
    return {"Type": "Notification", "MessageId": "1", "TopicArn": world.aws.topic, "Message": message}


def from_lambda(world: World, key: str) -> dict[str, Any]:
    """What a function's on-failure destination leaves (Lambda developer guide, invocation-async-retain-records)."""
    event = {"Records": [{"EventSource": "aws:sns", "Sns": from_sns(world, key)}]}
    context = {"requestId": "1", "condition": "RetriesExhausted", "approximateInvokeCount": 3}
    response = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    return {"version": "1.0", "requestContext": context, "requestPayload": event, "responseContext": response}


def test_it_works(world: World, queue: str) -> None:
    """Gemini was away for good; now it is back, and one command brings the caption."""
    world.gemini.say(error(500))
    uuid = world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    assert world.states() == ("done", "failed")
    assert "No caption yet" in world.visitor.get("/gallery").text
    send(world, queue, from_lambda(world, f"uploads/{uuid}.jpg"))
    world.gemini.say((200, GOOD))
    words = redrive(world, queue)
    assert "1 job of 1 picture will be done again." in words
    assert "Messages taken from the dead-letter queues: 1; more pictures go on: 0." in words
    assert (world.states(), left(world, queue), len(world.gemini.requests)) == (("done", "done"), 0, 1)


@pytest.mark.parametrize("letter", [from_sns, from_lambda])
def test_object_without_a_row(world: World, queue: str, letter: Any) -> None:
    """It was copied into the bucket while the database was away: the queue alone knows of it."""
    with world.functions.holding():
        world.put("uploads/größe +1.jpg", jpeg())
    send(world, queue, letter(world, "uploads/größe +1.jpg"))
    assert "more pictures go on: 1." in redrive(world, queue)
    assert (world.states(), left(world, queue)) == (("done", "done"), 0)


def test_more_than_one_answer_of_sqs(world: World, queue: str) -> None:
    keys = [f"uploads/{number}.jpg" for number in range(25)]
    for key in keys:
        send(world, queue, from_lambda(world, key))  # there are no such objects: gone, and nothing comes of it
    assert "queues: 25;" in redrive(world, queue)
    assert left(world, queue) == 0
    assert [each for each in world.outcomes("thumbnail") if each] == [{key: "gone"} for key in keys]


@pytest.mark.parametrize("letter", ["no JSON", [1], {"Message": "hello"}, {"requestPayload": {"Records": []}}])
def test_what_nobody_can_read_stays(world: World, queue: str, letter: Any) -> None:
    send(world, queue, letter)
    assert "tell of no upload: 1." in redrive(world, queue)
    assert left(world, queue) == 1
    assert world.functions.received == []


def test_queue_that_is_not_there(world: World, queue: str) -> None:
    """The other one is emptied all the same."""
    send(world, queue, from_lambda(world, "uploads/none.jpg"))
    words = redrive(world, queue.replace("dead-letters", "none"), queue)
    assert "could not be emptied" in words
    assert "queues: 1;" in words
