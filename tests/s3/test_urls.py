"""The gallery's presigned URLs at an S3 that verifies them: our own signer, odd keys, both kinds of addresses."""

import http.client
import time
from urllib.parse import quote, urlsplit

import pytest
from botocore.credentials import ReadOnlyCredentials as Credentials
from botocore.exceptions import ClientError

from gallery.presign import Presigner
from tests.s3.conftest import BUCKET
from tests.servers.radosgw import ACCESS, REGION, SECRET, StrictS3

pytestmark = pytest.mark.server
KEYS = [
    "thumbnails/3f.webp",
    "a b+c.jpg",
    "größe/日本.webp",
    "~tilde'()*!@,;:=&?#%20.jpg",
    "two//x",
    "%",
    "a%2Fb",
    "x" * 900,
]
OURS = Credentials(ACCESS, SECRET, None)


def presigner(s3: StrictS3, virtual: bool = False) -> Presigner:
    base = f"http://{BUCKET}.{s3.host}/" if virtual else f"{s3.url}/{BUCKET}/"
    return Presigner(base, REGION, 3600)


def made(signer: Presigner, key: str, credentials: Credentials = OURS, ago: int = 0) -> str:
    return signer.url(key, credentials, signer.moment(time.time()) - ago)


def ask(s3: StrictS3, url: str, method: str = "GET") -> tuple[int, bytes]:
    """Of the server here, whatever the URL's host is: below s3.localhost each bucket is a host, which no DNS knows."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", s3.port, timeout=20)
    connection.request(method, f"{parts.path}?{parts.query}", headers={"Host": parts.netloc})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


@pytest.fixture
def url(s3: StrictS3) -> str:
    """Of a picture that is there."""
    s3.client().put_object(Bucket=BUCKET, Key=KEYS[0], Body=b"a picture")
    return made(presigner(s3), KEYS[0])


def test_it_works(s3: StrictS3, url: str) -> None:
    assert ask(s3, url) == (200, b"a picture")


def test_the_server_is_strict(s3: StrictS3, url: str) -> None:
    assert ask(s3, url.partition("?")[0])[0] == 403  # nobody in particular
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        s3.client("another-secret").list_buckets()


@pytest.mark.parametrize("virtual", [False, True], ids=["path", "virtual"])
@pytest.mark.parametrize("key", KEYS)
def test_odd_keys(s3: StrictS3, key: str, virtual: bool) -> None:
    s3.client().put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    assert ask(s3, made(presigner(s3, virtual), key)) == (200, key.encode())


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        (quote(KEYS[0]), "thumbnails/40.webp"),
        ("X-Amz-Expires=3600", "X-Amz-Expires=36000"),
        (f"%2F{REGION}%2F", "%2Feu-west-1%2F"),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=date"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
    ],
)
def test_changed_url(s3: StrictS3, url: str, part: str, instead: str) -> None:
    assert part in url
    assert ask(s3, url.replace(part, instead))[0] in (400, 403)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
def test_url_is_for_reading(s3: StrictS3, url: str, method: str) -> None:
    assert ask(s3, url, method)[0] == 403
    assert ask(s3, url) == (200, b"a picture")


def test_url_that_has_expired(s3: StrictS3, url: str) -> None:
    """The window before the last: its URLs are an hour old at least. Those of the last window still work."""
    assert ask(s3, made(presigner(s3), KEYS[0], ago=1800))[0] == 200
    assert ask(s3, made(presigner(s3), KEYS[0], ago=3600))[0] == 403


def test_others_sign_nothing(s3: StrictS3, url: str) -> None:
    assert ask(s3, made(presigner(s3), KEYS[0], Credentials(ACCESS, "another-secret", None)))[0] == 403
    assert ask(s3, made(presigner(s3), KEYS[0], Credentials("AKIDNOBODY", SECRET, None)))[0] == 403
