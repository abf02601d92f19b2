"""What both processors do around their work: claim the stage, do it, and record what came of it."""

import logging
import uuid
from collections.abc import Callable
from typing import BinaryIO

from processors import records
from processors.captioning import Declined, Permanent, Retryable
from processors.events import Upload
from processors.images.check import Refused
from processors.objects import ObjectMissing, Objects

log = logging.getLogger(__name__)

Work = Callable[[records.Claim, BinaryIO], bool]


def run(
    stage: str,
    upload: Upload,
    objects: Objects,
    connection: records.Connection,
    work: Work,
    tries: int = records.LAMBDA_TRIES,
) -> str:
    """Do `work` on the upload if its stage waits for it. Returns what came of it, in a word: done, skipped (done
    before, or another stage is meant), stale (another worker took over), failed, declined, or gone (no such object).
    `tries`: after how many without success a stage counts as failed.

    Raises what a retry can cure, after noting it in the row: records.Busy, captioning.Retryable, and whatever the
    database or the storage raised.
    """
    if upload.stages and stage not in upload.stages:
        return "skipped"
    try:
        claim = _claim(stage, upload, objects, connection)
    except (ObjectMissing, records.KeyTooLong) as problem:
        log.warning("%s was not taken up: %s", upload.key, problem or "there is no such object")
        return "gone"
    if claim is None:
        return "skipped"
    try:
        with objects.get(upload.key) as file:
            return "done" if work(claim, file) else "stale"
    except Declined as reason:
        records.decline(connection, claim, str(reason))
        return "declined"
    except (Refused, Permanent) as reason:
        records.fail(connection, claim, str(reason))
    except ObjectMissing:
        records.fail(connection, claim, "The original picture is missing from the storage.")
    except Retryable as reason:
        records.fail(connection, claim, str(reason), tries=tries)
        raise
    except Exception as error:
        words = f"It was interrupted by an unexpected problem ({type(error).__name__})."
        records.fail(connection, claim, words, tries=tries)
        raise
    return "failed"


def _claim(stage: str, upload: Upload, objects: Objects, connection: records.Connection) -> records.Claim | None:
    try:
        return records.claim(connection, upload.key, stage)
    except records.NotRegistered:
        _register(upload, objects, connection)
        return records.claim(connection, upload.key, stage)


def _register(upload: Upload, objects: Objects, connection: records.Connection) -> None:
    """Bulk import: an object that somebody copied into the bucket. Both functions derive the same uuid for it."""
    records.register(
        connection,
        key=upload.key,
        uuid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"s3://{upload.bucket}/{upload.key}")),
        original_name=upload.key.rsplit("/", 1)[-1],
        byte_size=objects.size(upload.key),
    )
