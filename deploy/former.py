"""Which packages ran before. The bucket of what is deployed keeps every version of each package; an apply uploads those
that have changed, and all of them at about the same time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

KEYS = ("app.zip", "thumbnail.zip", "annotation.zip")
FIRST_CAPTIONER = "gemini"  # of packages from before there was a choice
# An apply starts its uploads together, and they end as the line allows. The next release is later than that: a new
# instance alone takes five minutes to be warmed up.
ONE_APPLY = timedelta(minutes=5)


class Version(NamedTuple):
    key: str
    id: str
    time: datetime


def versions(s3: Any, bucket: str) -> list[Version]:
    """Every version of the packages that the bucket holds, the oldest first."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
    listed = [each for page in pages for each in page.get("Versions", []) if each["Key"] in KEYS]
    found = [Version(each["Key"], each["VersionId"], each["LastModified"]) for each in listed]
    return sorted(found, key=lambda version: version.time)


def releases(found: Iterable[Version]) -> list[dict[str, Version]]:
    """What ran after each apply, the oldest first: key -> version. What did not change keeps the version it had."""
    made: list[dict[str, Version]] = []
    last = None
    for version in found:
        if last is None or version.time - last > ONE_APPLY:
            made.append(dict(made[-1]) if made else {})
        made[-1][version.key] = version
        last = version.time
    return made


def began(release: dict[str, Version]) -> datetime:
    """When the newest of its packages was uploaded."""
    return max(version.time for version in release.values())


def captioner(s3: Any, bucket: str, release: dict[str, Version]) -> str:
    """Whose libraries are in its annotation.zip, as Terraform wrote beside it."""
    version = release["annotation.zip"]
    found = s3.head_object(Bucket=bucket, Key=version.key, VersionId=version.id)
    return str(found["Metadata"].get("captioner", FIRST_CAPTIONER))


def fetch(s3: Any, bucket: str, release: dict[str, Version], folder: Path) -> None:
    """Write its packages into `folder` under the names that terraform/artifacts.tf looks for, each whole or not at
    all."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {"annotation.zip": f"annotation-{captioner(s3, bucket, release)}.zip"}
    for version in release.values():
        part = folder / f"{version.key}.part"
        s3.download_file(bucket, version.key, str(part), ExtraArgs={"VersionId": version.id})
        part.replace(folder / names.get(version.key, version.key))
