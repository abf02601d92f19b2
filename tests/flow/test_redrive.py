"""`manage.py redrive` on AWS: what the database knows goes to its own queue, and so does what a dead letter knows."""

import json
from typing import Any

import pytest

from processors import events
from tests.flow.world import World
from tests.pictures import jpeg
from tests.servers.aws import pairs
from tests.servers.gemini import GOOD, error
from tests.servers.site import manage

pytestmark = pytest.mark.server


def redrive(world: World, **queues: str) -> str:
    """`queues`: other dead-letter queues than there are."""
    there = pairs(queues or world.aws.dead_letters)
    done = manage("redrive", **{**world.environment, "DEAD_LETTER_QUEUES": there})
    assert done.returncode == 0, done.stderr
    world.functions.settle()
    return done.stdout


def left(world: World, kind: str = "annotation") -> int:
    """Dead letters of this kind, seen or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = world.aws.dead_letters[kind]
    answer = world.aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(answer["Attributes"][name]) for name in names)


def send(world: World, letter: str, kind: str = "annotation") -> None:
    world.aws.client("sqs").send_message(QueueUrl=world.aws.dead_letters[kind], MessageBody=letter)


def from_queue(world: World, key: str) -> str:
    """What SQS moves there: the message as it was."""
    return events.message(events.Upload(world.aws.bucket, key))


def from_sns(world: World, key: str) -> str:
    """What a subscription's redrive may leave (SNS developer guide, "Message structure")."""
    message = {"Type": "Notification", "MessageId": "1", "TopicArn": world.aws.topic}
    return json.dumps(message | {"Message": from_queue(world, key)})


def broken(event: Any) -> None:
    raise RuntimeError("no")


def test_it_works(world: World) -> None:
    """A function failed before it could write anything down; now it is mended, and one command brings the caption."""
    former = world.with_handlers(annotation=broken)
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    assert (world.states(), left(world)) == (("done", "queued"), 1)
    world.with_handlers(**former)
    world.query("UPDATE jobs SET due_at = due_at - INTERVAL 16 MINUTE WHERE kind = 'annotation'")
    words = redrive(world)
    assert "1 job of 1 picture will be done again." in words
    assert "Messages taken from the dead-letter queues: 1; the database did not know of 0." in words
    assert (world.states(), left(world), world.gemini.paid) == (("done", "done"), 0, 1)


def test_what_failed_for_good(world: World) -> None:
    """Gemini was away for longer than the tries last; that is in the database alone."""
    world.gemini.say(error(500))
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    world.query("UPDATE jobs SET state = 'failed' WHERE kind = 'annotation'")
    assert "No caption yet" in world.visitor.get("/gallery").text
    world.gemini.say((200, GOOD))
    assert "1 job of 1 picture will be done again." in redrive(world)
    assert (world.states(), left(world), world.gemini.paid) == (("done", "done"), 0, 1)


@pytest.mark.parametrize("letter", [from_queue, from_sns])
def test_object_without_a_row(world: World, letter: Any) -> None:
    """It was copied into the bucket while the database was away: each letter brings back the work of its own queue."""
    with world.functions.holding():
        world.put("uploads/größe +1.jpg", jpeg())
    send(world, letter(world, "uploads/größe +1.jpg"), "thumbnail")
    assert "did not know of 1." in redrive(world)
    assert (world.states(), left(world, "thumbnail")) == (("done", "queued"), 0)


def test_letters_of_both_functions(world: World) -> None:
    """The second is sent, too, although the first has registered the picture by then."""
    with world.functions.holding():
        world.put("uploads/1.jpg", jpeg())
    for kind in world.aws.dead_letters:
        send(world, from_queue(world, "uploads/1.jpg"), kind)
    assert "queues: 2; the database did not know of 2." in redrive(world)
    assert world.states() == ("done", "done")


def test_more_than_one_answer_of_sqs(world: World) -> None:
    keys = [f"uploads/{number}.jpg" for number in range(25)]
    for key in keys:
        send(world, from_queue(world, key))  # there are no such objects: gone, and nothing comes of it
    assert "queues: 25;" in redrive(world)
    assert left(world) == 0
    assert sorted(map(str, world.outcomes("annotation"))) == sorted(str({key: "gone"}) for key in keys)


@pytest.mark.parametrize("letter", ["no JSON", "[1]", '{"Message": "hello"}', '{"Message": 1}', '{"Records": []}'])
def test_what_nobody_can_read_stays(world: World, letter: str) -> None:
    send(world, letter)
    assert "tell of no upload: 1." in redrive(world)
    assert left(world) == 1
    assert world.functions.received == []


def test_queue_that_is_not_there(world: World) -> None:
    """The other one is emptied all the same."""
    send(world, from_queue(world, "uploads/none.jpg"))
    letters = world.aws.dead_letters
    words = redrive(
        world, thumbnail=letters["thumbnail"].replace("thumbnail", "none"), annotation=letters["annotation"]
    )
    assert "could not be emptied" in words
    assert "queues: 1;" in words
