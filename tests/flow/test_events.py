"""Events as S3, SNS and Lambda deliver them: more than once, late, in any order, for objects of any name, or never."""

import io
import json
from uuid import NAMESPACE_URL, uuid5

import pytest
import requests
from PIL import Image

from processors.records import LEASE, RECEIVES, column_key
from tests.flow.world import World, wait_for
from tests.pictures import jpeg
from tests.servers.event_source import Delivery
from tests.servers.gemini import GOOD
from tests.servers.site import manage

pytestmark = pytest.mark.server

PASSWORD = "correct horse battery staple"
NAMES = ["with spaces.jpg", "plus+plus.jpg", "größe 日本 🏝.jpg", "100%25 & co=1?.jpg", "a/b/deep.jpg", "no extension"]


def test_it_works(world: World) -> None:
    """A duplicate of every event is known by the state of its job, and nothing is done or paid again."""
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    before = world.image(), world.jobs()
    world.functions.deliver(list(world.functions.received))
    world.functions.settle()
    assert (world.image(), world.jobs()) == before
    assert len(world.gemini.requests) == 1
    assert [list(each.values()) for each in world.outcomes("annotation")] == [["done"], ["skipped"]]


def test_duplicates_at_the_same_moment(world: World) -> None:
    with world.functions.holding() as held:
        world.visitor.upload("a.jpg", jpeg())
    world.functions.deliver(held * 3)
    world.functions.settle()
    assert world.states() == ("done", "done")
    assert len(world.gemini.requests) == 1
    assert len(world.query("SELECT id FROM annotations")) == 1
    assert [job["attempts"] for job in world.jobs()] == [1, 1]


def test_out_of_order(world: World) -> None:
    """Annotation before thumbnail, the newer picture before the older."""
    with world.functions.holding() as held:
        for seed in range(3):
            world.visitor.upload(f"{seed}.jpg", jpeg(seed=seed))
    world.functions.deliver(reversed(held))
    world.functions.settle()
    assert [job["state"] for job in world.jobs()] == ["done"] * 6
    names = [row["original_name"] for row in world.images()]
    assert names == ["0.jpg", "1.jpg", "2.jpg"]


def test_late_event_of_a_finished_picture(world: World) -> None:
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    world.pass_time(7200)
    before = world.image(), world.jobs()
    world.functions.deliver(world.functions.received[:2])
    world.functions.settle()
    assert (world.image(), world.jobs()) == before


def test_late_event_of_a_deleted_picture(world: World) -> None:
    """Nothing is left to do; it must not come back as a bulk import either."""
    with world.functions.holding() as held:
        uuid = world.visitor.upload("a.jpg", jpeg())
    world.delete_rows()
    world.aws.client("s3").delete_object(Bucket=world.aws.bucket, Key=f"uploads/{uuid}.jpg")
    world.functions.deliver(held)
    world.functions.settle()
    assert world.outcomes("thumbnail") == [{f"uploads/{uuid}.jpg": "gone"}]
    assert world.images() == []
    assert world.functions.dead_letters == []


def test_somebody_else_is_at_work(world: World) -> None:
    """The message is acknowledged: that of whoever is at work comes back if they die."""
    with world.functions.holding() as held:
        world.visitor.upload("a.jpg", jpeg())
    world.query(
        "UPDATE jobs SET state = 'running', attempts = 1, started_at = UTC_TIMESTAMP(6),"
        " due_at = UTC_TIMESTAMP(6) + INTERVAL %s SECOND WHERE kind = 'thumbnail'",
        LEASE.total_seconds(),
    )
    (delivery,) = world.functions.deliver(each for each in held if each.function == "thumbnail")
    world.functions.settle()
    assert (delivery.tries, list(delivery.outcome.values())) == (1, ["later"])
    assert (world.states(), world.job("thumbnail")["attempts"]) == (("running", "queued"), 1)


def test_function_killed_in_the_middle(world: World) -> None:
    """Out of memory or out of time: Lambda ends the process. The message comes back when the lease is over."""
    world.gemini.delay = 30.0
    world.gemini.say(("slow", GOOD), (200, GOOD))
    world.visitor.upload("a.jpg", jpeg())
    wait_for(lambda: world.gemini.requests, what="the request")
    world.functions.handlers["annotation"].kill()
    world.functions.settle()
    world.gemini.delay = 5.0
    (delivery,) = [each for each in world.functions.received if each.function == "annotation"]
    assert (world.states(), delivery.tries, world.job("annotation")["attempts"]) == (("done", "done"), 2, 2)
    rows = world.query("SELECT outcome FROM annotations ORDER BY id")
    assert [row["outcome"] for row in rows] == ["unknown", "caption"]  # the first one's answer may have been charged


def test_twice_late_and_out_of_order(world: World) -> None:
    """Everything at once, for the one picture: its model is paid once, and its thumbnail is made once."""
    with world.functions.holding() as held:
        world.visitor.upload("a.jpg", jpeg())
    world.pass_time(3600)
    world.functions.deliver([*reversed(held), *held])
    world.functions.settle()
    world.pass_time(7200)
    before = world.image(), world.jobs()
    world.functions.deliver(reversed(held))
    world.functions.settle()
    assert (world.image(), world.jobs()) == before
    assert (world.gemini.paid, world.states(), len(world.query("SELECT id FROM annotations"))) == (1, ("done",) * 2, 1)
    assert [job["attempts"] for job in world.jobs()] == [1, 1]


def test_dropped_into_the_bucket(world: World) -> None:
    """Bulk import: no row, no site. Both functions register the same one."""
    world.put("uploads/holiday/beach.jpg", jpeg(800, 600))
    world.functions.settle()
    row = world.image()
    assert world.states() == ("done", "done")
    assert row["uuid"] == str(uuid5(NAMESPACE_URL, f"s3://{world.aws.bucket}/uploads/holiday/beach.jpg"))
    assert (row["original_name"], row["width"], row["height"], row["sha256"]) == ("beach.jpg", 800, 600, None)
    assert row["content_type"] == "image/jpeg"


@pytest.mark.parametrize("name", NAMES)
def test_keys_of_any_name(world: World, name: str) -> None:
    world.put(f"uploads/{name}", jpeg())
    world.functions.settle()
    row = world.image()
    assert world.states() == ("done", "done")
    assert row["s3_key"] == column_key(f"uploads/{name}")
    assert row["original_name"] == name.rsplit("/", 1)[-1]
    assert name.rsplit("/", 1)[-1] in world.visitor.get(f"/images/{row['uuid']}").content.decode().replace("&amp;", "&")
    (address,) = world.visitor.pictures("/gallery")
    with Image.open(io.BytesIO(requests.get(address, timeout=10).content)) as thumbnail:
        assert thumbnail.format == "WEBP"


def test_original_of_any_name_is_downloaded(world: World) -> None:
    """By a moderator: nobody has uploaded it."""
    body = jpeg()
    account = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD, **world.environment}
    manage("createsuperuser", "--noinput", "--username", "mod", "--email", "", **account)  # again is refused: fine
    world.put("uploads/größe +%20日本.jpg", body)
    world.functions.settle()
    path = f"/images/{world.image()['uuid']}/original"
    assert world.visitor.get(path).status_code == 403
    world.visitor.log_in("mod", PASSWORD)
    assert world.visitor.get(path).content == body


def test_key_as_aws_quotes_it(world: World) -> None:
    """AWS leaves "/" alone where moto writes %2F."""
    with world.functions.holding() as held:
        world.put("uploads/a b+ü.jpg", jpeg())
    for each in held:
        each.body = each.body.replace("%2F", "/")
    world.functions.deliver(held)
    world.functions.settle()
    assert world.states() == ("done", "done")


def test_key_that_is_too_long(world: World) -> None:
    world.put("uploads/" + "ü" * 80 + ".jpg", jpeg())
    world.functions.settle()
    assert world.images() == []
    assert world.functions.dead_letters == []


def test_not_a_picture_is_recorded_and_not_tried_again(world: World) -> None:
    world.put("uploads/notes.jpg", b"Dear diary")
    world.functions.settle()
    assert world.states() == ("failed", "failed")
    assert "not a picture" in world.job("thumbnail")["error"]
    assert [each.tries for each in world.functions.received] == [1, 1]
    assert world.gemini.requests == []


def test_test_event_and_other_places(world: World) -> None:
    """s3:TestEvent comes once when the notification is made; the prefix keeps the rest away."""
    with world.functions.holding() as held:
        world.put("uploads/a.jpg", jpeg())
        world.put("thumbnails/a.webp", b"not for us")
        world.put("uploads/", b"")
    event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-11-24T00:00:00.000Z", "Bucket": "any"}
    test = Delivery(held[0].function, json.dumps(event))
    folders = [each for each in held if each.message["Records"][0]["s3"]["object"]["key"] == "uploads%2F"]
    assert len(held) == 4  # none for what lies under thumbnails/
    world.functions.deliver([test, *folders])
    world.functions.settle()
    assert world.images() == []
    assert [each.outcome for each in world.functions.received] == [{}] * 3


def test_notification_really_sends_a_test_event(world: World) -> None:
    s3, bucket = world.aws.client("s3"), world.aws.bucket
    current = s3.get_bucket_notification_configuration(Bucket=bucket)["TopicConfigurations"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"TopicConfigurations": current})
    world.functions.settle()
    assert [each.message["Event"] for each in world.functions.received] == ["s3:TestEvent"] * 2
    assert [each.outcome for each in world.functions.received] == [{}, {}]


def test_large_upload_sends_two_events(world: World) -> None:
    """moto tells of a multipart upload twice; AWS may tell of anything twice."""
    s3, where = world.aws.client("s3"), {"Bucket": world.aws.bucket, "Key": "uploads/parts.jpg"}
    upload = s3.create_multipart_upload(**where)["UploadId"]
    part = s3.upload_part(**where, UploadId=upload, PartNumber=1, Body=jpeg())["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
    s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload=parts)
    world.functions.settle()
    assert len(world.functions.received) == 4
    assert world.states() == ("done", "done")
    assert len(world.gemini.requests) == 1


def test_lost_event_leaves_the_picture_waiting(world: World) -> None:
    """Nothing is lost with it: the row waits, the page says so, and a moderator can run it again."""
    with world.functions.holding():
        uuid = world.visitor.upload("a.jpg", jpeg())
    assert world.states() == ("queued", "queued")
    assert "Waiting for its thumbnail" in world.visitor.get("/gallery").text
    assert "Waiting for its turn." in world.visitor.get(f"/images/{uuid}").text


def test_one_function_in_trouble_does_not_stop_the_other(world: World) -> None:
    def broken(event: object) -> None:
        raise RuntimeError("no")

    world.with_handlers(thumbnail=broken)
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    assert world.states() == ("queued", "done")
    assert [letter.tries for letter in world.functions.dead_letters] == [RECEIVES]


def test_several_records_in_one_event(world: World) -> None:
    """S3 may put more than one record into a message; one that is gone does not keep the others from their turn."""
    with world.functions.holding() as held:
        for seed in range(3):
            world.put(f"uploads/{seed}.jpg", jpeg(seed=seed))
    records = [record for each in held if each.function == "thumbnail" for record in each.message["Records"]]
    records.insert(1, {**records[0], "s3": {**records[0]["s3"], "object": {"key": "uploads/gone.jpg"}}})
    world.functions.deliver([Delivery("thumbnail", json.dumps({"Records": records}))])
    world.functions.settle()
    assert list(world.outcomes("thumbnail")[0].values()) == ["done", "gone", "done", "done"]
