"""Which packages ran before, by the times of their versions."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from deploy import former
from deploy.former import Version
from tests.servers.aws import FakeAws

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def version(key: str, id: str, minutes: float) -> Version:
    return Version(f"{key}.zip", id, NOON + timedelta(minutes=minutes))


def ids(release: dict[str, Version]) -> dict[str, str]:
    return {key.removesuffix(".zip"): version.id for key, version in release.items()}


FIRST = [version("app", "a1", 0), version("thumbnail", "t1", 0.5), version("annotation", "n1", 3)]


def test_versions_of_the_same_time_are_one_release():
    assert [ids(each) for each in former.releases(FIRST)] == [{"app": "a1", "thumbnail": "t1", "annotation": "n1"}]


def test_a_slow_line_does_not_tear_a_release_apart():
    slow = [version("app", "a1", 0), version("thumbnail", "t1", 4), version("annotation", "n1", 8)]
    assert len(former.releases(slow)) == 1


def test_a_package_that_did_not_change_stays():
    first, second = former.releases([*FIRST, version("app", "a2", 60)])
    assert ids(first) == {"app": "a1", "thumbnail": "t1", "annotation": "n1"}
    assert ids(second) == {"app": "a2", "thumbnail": "t1", "annotation": "n1"}


def test_packages_that_change_in_turn():
    made = former.releases([*FIRST, version("thumbnail", "t2", 60), version("app", "a2", 120)])
    assert ids(made[-2]) == {"app": "a1", "thumbnail": "t2", "annotation": "n1"}
    assert ids(made[-1]) == {"app": "a2", "thumbnail": "t2", "annotation": "n1"}


def test_a_rollback_is_a_release_too():
    """So the next one goes back to what it has left."""
    made = former.releases([*FIRST, version("app", "broken", 60), version("app", "a1 again", 90)])
    assert ids(made[-2])["app"] == "broken"


def test_nothing_there():
    assert former.releases([]) == []


@pytest.mark.server
def test_from_the_bucket(aws: FakeAws, tmp_path):
    """The bytes of the named versions, whatever is newest; other keys and delete markers are left alone."""
    s3: boto3.client = aws.client("s3")
    s3.create_bucket(Bucket="artifacts-former")
    s3.put_bucket_versioning(Bucket="artifacts-former", VersioningConfiguration={"Status": "Enabled"})
    for key in (*former.KEYS, "notes.txt"):
        s3.put_object(Bucket="artifacts-former", Key=key, Body=b"old " + key.encode(), Metadata={"captioner": "genai"})
    (release,) = former.releases(former.versions(s3, "artifacts-former"))
    for key in former.KEYS:
        s3.put_object(Bucket="artifacts-former", Key=key, Body=b"new")
    s3.delete_object(Bucket="artifacts-former", Key="app.zip")
    assert len(former.versions(s3, "artifacts-former")) == 6
    former.fetch(s3, "artifacts-former", release, tmp_path / "build")
    assert {file.name: file.read_bytes() for file in (tmp_path / "build").iterdir()} == {
        "app.zip": b"old app.zip",
        "thumbnail.zip": b"old thumbnail.zip",
        "annotation-genai.zip": b"old annotation.zip",
    }


@pytest.mark.server
def test_a_package_from_before_there_was_a_choice(aws: FakeAws):
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="artifacts-first")
    s3.put_bucket_versioning(Bucket="artifacts-first", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="artifacts-first", Key="annotation.zip", Body=b"")
    (release,) = former.releases(former.versions(s3, "artifacts-first"))
    assert former.captioner(s3, "artifacts-first", release) == "gemini"
