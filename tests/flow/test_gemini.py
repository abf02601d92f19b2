"""The annotation function and Gemini's REST API: what the picture ends as, and what it cost."""

import json
from decimal import Decimal

import pytest

from processors.records import TRIES
from tests.flow.world import World, wait_for
from tests.pictures import GPS_TEXT, jpeg, with_metadata
from tests.servers.container import Container
from tests.servers.gemini import BLOCKED, CAPTION, EMPTY, GARBAGE, GOOD, SAFETY, error

pytestmark = pytest.mark.server


def annotate(world: World, *answers: object) -> tuple[str, int]:
    """Upload a picture while Gemini is in this mood: the state of the annotation and the number of requests."""
    if answers:
        world.gemini.say(*answers)
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    return world.job("annotation")["state"], len(world.gemini.requests)


def test_it_works(world: World) -> None:
    assert annotate(world) == ("done", 1)
    (row,) = world.query("SELECT * FROM annotations")
    assert (row["author"], row["caption"], row["model"]) == ("model", CAPTION["caption"], "gemini-3.5-flash-lite")
    assert (row["input_tokens"], row["output_tokens"]) == (1220, 60)
    assert row["cost_usd"] == Decimal("0.00051600")  # 1,220 x 0.30 + 60 x 2.50 USD for a million
    assert json.loads(row["tags"]) == ["red", "square"]
    assert [tag["name"] for tag in world.query("SELECT name FROM image_tags ORDER BY id")] == ["red", "square"]


@pytest.mark.parametrize(
    ("answers", "state", "requests"),
    [
        ([error(500), (200, GOOD)], "done", 2),
        ([(*error(429), {"Retry-After": "1"}), (200, GOOD)], "done", 2),
        ([(200, BLOCKED)], "declined", 1),
        ([(200, EMPTY)], "failed", 2),
        ([(200, SAFETY)], "declined", 1),
        ([error(400, "API key not valid")], "failed", 1),
        ([error(403)], "failed", 1),
        ([error(404)], "failed", 1),
        ([(200, GARBAGE)], "failed", 2),
        ([(200, GARBAGE), (200, GOOD)], "done", 2),
    ],
    ids=["500", "429", "blocked", "empty", "safety", "400", "403", "404", "garbage", "garbage-then-good"],
)
def test_moods(world: World, answers: list[object], state: str, requests: int) -> None:
    assert annotate(world, *answers) == (state, requests)
    assert world.job("thumbnail")["state"] == "done"


def test_down_for_long(world: World) -> None:
    """Three requests in each try, then a pause; the last try fails, and a moderator can run it again."""
    assert annotate(world, error(503)) == ("queued", 3)
    assert "503" in world.job("annotation")["error"]
    world.query("UPDATE jobs SET attempts = %s, due_at = UTC_TIMESTAMP(6) WHERE state = 'queued'", TRIES - 1)
    world.functions.deliver(each for each in list(world.functions.received) if each.function == "annotation")
    world.functions.settle()
    assert (world.job("annotation")["state"], len(world.gemini.requests)) == ("failed", 6)
    assert world.functions.dead_letters == []


def test_secret_without_a_key(world: World) -> None:
    """As Terraform makes it: the picture waits for a person, nobody tries again; with a key it goes on."""
    manager = world.aws.client("secretsmanager")
    arn = manager.create_secret(Name="empty-gemini")["ARN"]
    container = Container("processors.annotation.handler", {**world.environment, "GEMINI_SECRET_ARN": arn})
    world.with_handlers(annotation=container)
    assert annotate(world) == ("failed", 0)
    assert world.functions.dead_letters == []
    assert "Put one into its secret" in world.job("annotation")["error"]
    manager.put_secret_value(SecretId=arn, SecretString="the-key")
    world.functions.deliver(each for each in list(world.functions.received) if each.function == "annotation")
    world.functions.settle()
    assert world.states() == ("done", "done")
    container.close()


def test_declined_is_said_on_the_page(world: World) -> None:
    annotate(world, (200, BLOCKED))
    text = world.visitor.get(f"/images/{world.image()['uuid']}").text
    assert "No caption yet." in text
    assert world.visitor.pictures("/gallery") != []


def test_lease_was_taken_over_while_gemini_thought(world: World) -> None:
    """The money is spent, so the ledger says so; the picture belongs to whoever has the lease now."""
    world.gemini.delay = 2.0
    world.gemini.say(("slow", GOOD))
    world.visitor.upload("a.jpg", jpeg())
    wait_for(lambda: world.gemini.requests, what="the request")
    world.query("UPDATE jobs SET attempts = 2, started_at = UTC_TIMESTAMP(6) WHERE kind = 'annotation'")
    world.functions.settle()
    assert [list(each.values()) for each in world.outcomes("annotation")] == [["stale"]]
    assert world.query("SELECT author, caption FROM annotations") == [
        {"author": "model", "caption": CAPTION["caption"]}
    ]
    assert (world.job("annotation")["state"], world.image()["caption"]) == ("running", "")


def test_request_holds_no_metadata_and_no_key_in_its_address(world: World) -> None:
    world.visitor.upload("gps.jpg", with_metadata(2000, 1500))
    world.functions.settle()
    (request,) = world.gemini.requests
    text = json.dumps(request["body"])
    assert "key" not in request["path"]
    assert GPS_TEXT.decode() not in text
    assert len(text) < 500_000


def test_person_is_not_overwritten(world: World) -> None:
    with world.functions.holding() as held:
        world.visitor.upload("a.jpg", jpeg())
    world.query("UPDATE images SET caption = 'By hand.', captioned_by = 'person'")
    world.functions.deliver(held)
    world.functions.settle()
    assert (world.image()["caption"], world.image()["captioned_by"]) == ("By hand.", "person")
    assert world.query("SELECT caption FROM annotations") == [{"caption": CAPTION["caption"]}]
