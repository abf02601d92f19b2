"""From an upload to its thumbnail and its original, as a browser gets them, with pictures in an S3 that verifies every
signature: django-storages' and boto3's on the way in, ours on the way out."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from PIL import Image

from processors.aws.s3 import S3Store
from processors.images.check import Limits
from processors.store import ObjectMissing
from tests.flow.visitor import Visitor
from tests.pictures import jpeg
from tests.s3.conftest import BUCKET
from tests.servers.container import Container
from tests.servers.radosgw import ACCESS, SECRET, StrictS3
from tests.servers.site import Site

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def environment(production: Any, s3: StrictS3) -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET}
    return {**production.environment, **keys, "AWS_ENDPOINT_URL_S3": s3.url, "S3_BUCKET": BUCKET}


@pytest.fixture(scope="module")
def site(environment: dict[str, str]) -> Iterator[Site]:
    site = Site(**environment).start()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def thumbnail(environment: dict[str, str]) -> Iterator[Container]:
    container = Container("tests.s3.function.handler", environment)
    yield container
    container.close()


@pytest.fixture(scope="module")
def visitor(site: Site) -> Iterator[Visitor]:
    with Visitor(site.url) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def uuid(visitor: Visitor, thumbnail: Container) -> str:
    """Of a picture with its thumbnail."""
    uuid = visitor.upload("holiday größe.jpg", jpeg(1200, 800))
    assert thumbnail({"bucket": BUCKET, "key": f"uploads/{uuid}.jpg"}) == "done"
    return uuid


def test_it_works(visitor: Visitor, uuid: str) -> None:
    address = next(each for each in visitor.pictures("/gallery") if f"thumbnails/{uuid}.webp" in each)
    answer = requests.get(address, timeout=10)
    assert answer.headers["Content-Type"] == "image/webp"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (400, 267))
    assert requests.get(address[:-1] + ("0" if address[-1] != "0" else "1"), timeout=10).status_code == 403


def test_preview(visitor: Visitor, uuid: str) -> None:
    (address,) = visitor.pictures(f"/images/{uuid}")
    assert f"previews/{uuid}.webp" in address
    assert requests.get(address, timeout=10).status_code == 200


def test_original_is_saved_under_its_name(visitor: Visitor, uuid: str) -> None:
    answer = visitor.get(f"/images/{uuid}/original")
    assert answer.history[0].headers["Location"].startswith("http://127.0.0.1:")
    assert (answer.status_code, answer.content) == (200, jpeg(1200, 800))
    assert "attachment" in answer.headers["Content-Disposition"]
    changed = answer.history[0].headers["Location"].replace("attachment", "inline")
    assert requests.get(changed, timeout=10).status_code == 403


def test_only_three_objects(s3: StrictS3, uuid: str) -> None:
    keys = [each["Key"] for each in s3.client().list_objects_v2(Bucket=BUCKET)["Contents"] if uuid in each["Key"]]
    assert sorted(keys) == [f"previews/{uuid}.webp", f"thumbnails/{uuid}.webp", f"uploads/{uuid}.jpg"]


def test_object_that_is_not_there(s3: StrictS3, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 says it in one way to GET, in another to HEAD."""
    monkeypatch.setattr("processors.aws.s3.client", s3.client)
    store = S3Store(BUCKET, Limits(25_000_000, 100_000_000, 400_000_000))
    store.put("uploads/one.jpg", b"one", "image/jpeg")
    assert (store.size("uploads/one.jpg"), store.get("uploads/one.jpg").read()) == (3, b"one")
    store.delete("uploads/one.jpg")
    for ask in (store.size, store.get):
        with pytest.raises(ObjectMissing):
            ask("uploads/one.jpg")
