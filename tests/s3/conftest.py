"""Tests of an S3 that verifies signatures: `make test-s3`. Without it they are not collected."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

collect_ignore_glob = [] if "STRICT_S3" in os.environ else ["test_*.py"]
BUCKET = "pictures"


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    from tests.servers.radosgw import StrictS3

    strict = StrictS3()
    strict.client().create_bucket(Bucket=BUCKET)
    yield strict
    strict.stop()
