"""Our URLs against those of botocore's client, at the same clock."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials as Credentials

from gallery.presign import Presigner

START = 1_795_514_400  # of a window of half an hour
PLAIN = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None)
ROLE = Credentials("ASIAEXAMPLE", "secret", "FwoGZXIv/+YXdzEJr//////////==" * 20)
KEYS = ["thumbnails/3f.webp", "a b+c.jpg", "größe/日本.webp", "~tilde'()*!@,;:=&?#%20.jpg", "//two//./../x", "%"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime.fromtimestamp(START, UTC).replace(tzinfo=None)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment)


def client(region: str = "eu-central-1", credentials: Credentials = PLAIN, endpoint: str | None = None) -> Any:
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_account_id")
    access = dict(zip(names, credentials, strict=True))
    return boto3.client("s3", region_name=region, endpoint_url=endpoint, config=config, **access)


def both(s3: Any, key: str, credentials: Credentials = PLAIN, region: str = "eu-central-1") -> tuple[str, str]:
    def theirs(key: str) -> str:
        return s3.generate_presigned_url("get_object", Params={"Bucket": "pictures", "Key": key}, ExpiresIn=3600)

    base = theirs("k").split("?")[0][:-1]
    return Presigner(base, region, 3600).url(key, credentials, START), theirs(key)


@pytest.mark.usefixtures("clock")
def test_it_works():
    ours, theirs = both(client(), "thumbnails/3f.webp")
    assert ours == theirs
    assert ours.startswith("https://pictures.s3.eu-central-1.amazonaws.com/thumbnails/3f.webp?X-Amz-Algorithm=")


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("credentials", [PLAIN, ROLE], ids=["user", "role"])
@pytest.mark.parametrize("key", KEYS)
def test_odd_keys(key, credentials):
    ours, theirs = both(client(credentials=credentials), key, credentials)
    assert ours == theirs


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "cn-north-1"])
def test_regions(region):
    ours, theirs = both(client(region), KEYS[0], region=region)
    assert ours == theirs


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9000", "https://minio.example:8443", "http://localhost"])
def test_other_endpoints(endpoint):
    ours, theirs = both(client(endpoint=endpoint), "a b.jpg")
    assert ours == theirs


def test_one_url_within_a_window():
    presigner = Presigner("https://b.s3.amazonaws.com/", "us-east-1", 3600)
    assert {presigner.moment(START + seconds) for seconds in (0, 0.5, 1799.9)} == {START}
    assert presigner.moment(START + 1800) == START + 1800


def test_clock_does_not_matter_within_a_window():
    url = Presigner("https://b.s3.amazonaws.com/", "us-east-1", 3600).url("k", PLAIN, START)
    assert "X-Amz-Date=20261124T100000Z&X-Amz-Expires=3600&" in url


def test_new_credentials_sign_at_once():
    presigner = Presigner("https://b.s3.amazonaws.com/", "us-east-1", 3600)
    assert presigner.url("k", PLAIN, START) != presigner.url("k", PLAIN._replace(secret_key="x"), START)
