"""The main job on AWS's APIs: an upload by the form becomes a thumbnail and a caption in the gallery."""

import io

import pytest
import requests
from PIL import Image

from tests.flow.world import World
from tests.pictures import GPS_TEXT, jpeg, with_metadata
from tests.servers.gemini import CAPTION

pytestmark = pytest.mark.server


def test_it_works(world: World) -> None:
    world.visitor.upload("holiday.jpg", jpeg(1200, 800))
    world.functions.settle()
    assert world.states() == ("done", "done")
    (address,) = world.visitor.pictures("/gallery")
    with Image.open(io.BytesIO(requests.get(address, timeout=10).content)) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("WEBP", (400, 267))


def test_caption_is_on_the_pages(world: World) -> None:
    uuid = world.visitor.upload("holiday.jpg", jpeg())
    world.functions.settle()
    for page in ("/gallery", f"/images/{uuid}"):
        text = world.visitor.get(page).text
        assert CAPTION["caption"] in text
        assert f'alt="{CAPTION["alt_text"]}"' in text
    assert "gemini-3.5-flash-lite" in text


def test_row_is_there_when_the_event_comes(world: World) -> None:
    seen = []
    former = world.with_handlers(thumbnail=lambda event: seen.append(world.job("thumbnail")["state"]))
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    assert seen == ["queued"]
    world.with_handlers(**former)


def test_each_function_gets_the_message_of_the_topic(world: World) -> None:
    uuid = world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    assert sorted(each.function for each in world.functions.received) == ["annotation", "thumbnail"]
    key = world.functions.received[0].message["Records"][0]["s3"]["object"]["key"]
    assert key == f"uploads%2F{uuid}.jpg"


def test_three_objects_and_nothing_else(world: World) -> None:
    uuid = world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    assert sorted(world.keys()) == [f"previews/{uuid}.webp", f"thumbnails/{uuid}.webp", f"uploads/{uuid}.jpg"]


def test_instance_leaves_the_work_to_the_functions(world: World) -> None:
    """It only proves that the picture decodes."""
    with world.functions.holding():
        uuid = world.visitor.upload("a.jpg", jpeg(300, 200))
    assert world.keys() == [f"uploads/{uuid}.jpg"]
    assert (world.image()["width"], world.states()) == (300, ("queued", "queued"))
    cut = world.visitor.post("/", {}, [("files", ("cut.jpg", jpeg(seed=2)[:5000], "image/jpeg"))])
    assert (cut.status_code, len(world.images())) == (422, 1)


def test_caption_needs_no_original_once_there_is_a_preview(world: World) -> None:
    """The large file is fetched and decoded once, by the thumbnail function."""
    with world.functions.holding() as held:
        uuid = world.visitor.upload("a.jpg", jpeg(2400, 1200))
    thumbnail, annotation = sorted(held, key=lambda each: each.function == "annotation")
    world.functions.deliver([thumbnail])
    world.functions.settle()
    world.aws.client("s3").delete_object(Bucket=world.aws.bucket, Key=f"uploads/{uuid}.jpg")
    world.functions.deliver([annotation])
    world.functions.settle()
    assert world.states() == ("done", "done")


def test_preview_that_somebody_tidied_up(world: World) -> None:
    with world.functions.holding() as held:
        uuid = world.visitor.upload("a.jpg", jpeg())
    world.functions.deliver(each for each in held if each.function == "thumbnail")
    world.functions.settle()
    world.aws.client("s3").delete_object(Bucket=world.aws.bucket, Key=f"previews/{uuid}.webp")
    world.functions.deliver(each for each in held if each.function == "annotation")
    world.functions.settle()
    assert world.states() == ("done", "done")


def test_content_type_is_of_the_bytes(world: World) -> None:
    """A browser that calls it HTML must not make S3 serve HTML."""
    uuid = world.visitor.upload("evil.html", jpeg(), "text/html")
    head = world.aws.client("s3").head_object(Bucket=world.aws.bucket, Key=f"uploads/{uuid}.jpg")
    assert head["ContentType"] == "image/jpeg"


def test_browser_may_keep_a_thumbnail(world: World) -> None:
    """It has one address for a while, from the host that the content security policy allows."""
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    (address,) = world.visitor.pictures("/gallery")
    assert world.visitor.pictures("/gallery") == [address]
    policy = world.visitor.get("/gallery").headers["Content-Security-Policy"]
    assert f" {address[: address.index('/', 8)]};" in policy
    assert requests.get(address, timeout=10).headers["Cache-Control"] == "private, max-age=1800"


def test_bucket_is_private(world: World) -> None:
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    address = world.visitor.pictures("/gallery")[0]
    assert requests.get(address.split("?")[0], timeout=10).status_code == 403


def test_original_is_downloaded_under_its_name(world: World) -> None:
    body = jpeg()
    uuid = world.visitor.upload("holiday.jpg", body)
    answer = world.visitor.get(f"/images/{uuid}/original")
    assert answer.content == body
    assert answer.headers["Content-Disposition"] == 'attachment; filename="holiday.jpg"'


def test_preview_and_not_the_original_on_the_image_page(world: World) -> None:
    uuid = world.visitor.upload("large.jpg", jpeg(2400, 1200))
    world.functions.settle()
    (address,) = world.visitor.pictures(f"/images/{uuid}")
    with Image.open(io.BytesIO(requests.get(address, timeout=10).content)) as preview:
        assert preview.size == (1600, 800)


def test_no_metadata_leaves_the_original(world: World) -> None:
    uuid = world.visitor.upload("gps.jpg", with_metadata())
    world.functions.settle()
    assert GPS_TEXT in world.get(f"uploads/{uuid}.jpg")
    for folder in ("thumbnails", "previews"):
        derivative = world.get(f"{folder}/{uuid}.webp")
        assert GPS_TEXT not in derivative
        assert b"EXIF" not in derivative


def test_same_bytes_are_not_paid_twice(world: World) -> None:
    body = jpeg()
    first = world.visitor.upload("a.jpg", body)
    world.functions.settle()
    assert world.visitor.upload("b.jpg", body) == first
    world.functions.settle()
    assert len(world.gemini.requests) == 1
    assert len(world.keys("uploads/")) == 1


def test_refused_file_leaves_nothing(world: World) -> None:
    answer = world.visitor.post("/", {}, [("files", ("bad.jpg", b"<html>", "image/jpeg"))])
    assert answer.status_code == 422
    assert world.images() == []
    assert world.keys() == []
    assert world.functions.received == []
