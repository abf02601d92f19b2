"""Presigned URLs of S3 by botocore's own signer, dated to the beginning of a window, so that browsers find a picture
in their cache: botocore's usual way makes another URL every second."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from botocore.auth import SIGV4_TIMESTAMP, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials


class Presigner(NamedTuple):
    """GET URLs of one bucket. `base`: where its objects lie (the URL of the key ""), as botocore says; `expires`: how
    many seconds after the beginning of its window a URL works; half of that is the window."""

    base: str
    region: str
    expires: int

    def moment(self, now: float) -> int:
        """What a URL made at `now` says it was made at, both in seconds since 1970: the beginning of the window."""
        return int(now) // (self.expires // 2) * (self.expires // 2)

    def url(self, key: str, credentials: ReadOnlyCredentials, moment: int) -> str:
        """The URL of `key`, signed at `moment`. It works no longer than the credentials that signed it."""
        return _signed(key, credentials, moment, *self)


class _Signer(S3SigV4QueryAuth):
    def __init__(self, moment: int, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._stamp = datetime.fromtimestamp(moment, UTC).strftime(SIGV4_TIMESTAMP)

    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        """The first that botocore calls after it has noted the time."""
        request.context["timestamp"] = self._stamp
        super()._modify_request_before_signing(request)


@lru_cache(maxsize=2000)
def _signed(key: str, credentials: ReadOnlyCredentials, moment: int, base: str, region: str, expires: int) -> str:
    """Kept, as a picture has one URL within a window and signing takes some 50 µs; 2,000 are some 4 MB."""
    request = AWSRequest("GET", base + quote(key, safe="/~"))
    _Signer(moment, credentials, "s3", region, expires).add_auth(request)
    return str(request.url)
