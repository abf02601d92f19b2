"""A presigned URL against the one of botocore's client."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any
from unittest import mock

import boto3
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from benchmarks.harness import Line, in_turn, ratio
from benchmarks.world import TOKEN
from gallery.presign import Presigner

KEY = "thumbnails/3f2b8c1e-0000-4000-8000-0123456789ab.webp"
CREDENTIALS = ReadOnlyCredentials("ASIAEXAMPLE", "secret", TOKEN)


def lines() -> Iterator[Line]:
    s3 = boto3.client(
        "s3", "eu-central-1", aws_access_key_id=CREDENTIALS.access_key, aws_secret_access_key="secret",
        aws_session_token=TOKEN, config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}),
    )  # fmt: skip

    def theirs(key: str = KEY) -> Any:
        return s3.generate_presigned_url("get_object", Params={"Bucket": "pictures", "Key": key}, ExpiresIn=3600)

    presigner = Presigner(theirs("k").split("?")[0][:-1], "eu-central-1", 3600)
    moment, numbers = presigner.moment(datetime.now(UTC).timestamp()), count()
    sides = {
        "new": lambda: presigner.url(f"{KEY}{next(numbers)}", CREDENTIALS, moment),
        "kept": lambda: presigner.url(KEY, CREDENTIALS, moment),
        "botocore": theirs,
    }
    taken = in_turn(sides, rounds=9, times=500)
    yield ratio("presigned URL, CPU", taken["new"], taken["botocore"], 0.75, "botocore's client's")
    yield Line("… a second time within its window", "", f"{taken['kept'] * 1e6:.2f} µs")

    with mock.patch("botocore.auth.get_current_datetime", return_value=datetime.fromtimestamp(moment, UTC)):
        same = all(presigner.url(key, CREDENTIALS, moment) == theirs(key) for key in (KEY, "a b+ü.jpg", "//x/../~"))
    yield Line("… at the same clock", "byte-identical", "identical" if same else "differs", same)
    window, life = _window_and_life(presigner)
    good = window >= 15 and life - window >= 15
    words = "the same ≥ 15 minutes, valid ≥ 15 more"
    yield Line("… for how long", words, f"{window:.0f}, {life - window:.0f} more", good, NOTE)


NOTE = (
    "From the beginning of a window, whichever instance signs, as long as the instances have the same credentials. An"
    " instance's role has credentials of its own on every instance, and a URL ends with the credentials that signed it."
)


def _window_and_life(presigner: Presigner) -> tuple[float, float]:
    """Minutes that a URL stays the same, and that it is valid."""
    start = presigner.moment(1_800_000_000.0)
    seconds = 0
    while presigner.moment(start + seconds) == start:
        seconds += 1
    url = presigner.url(KEY, CREDENTIALS, start)
    return seconds / 60, int(url.split("X-Amz-Expires=")[1].split("&")[0]) / 60
