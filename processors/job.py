"""What every processor does around its work: claim the job, do it, and record what came of it."""

import logging
import os
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from processors import publication, records, text
from processors.events import Upload
from processors.images.check import Busy, Limits, Refused
from processors.problems import Declined, Permanent, Retryable, TakenOver, UsedUp
from processors.store import ObjectMissing, Store

if TYPE_CHECKING:
    from processors.captioning import Captioner
    from processors.captioning.choice import Choice

SHORTLY = timedelta(seconds=5)  # until a job that got no place to decode is due again

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Resources:
    """What a processor works with, from the functions' environment or the site's settings. `choice`: what `captioner`
    makes, known without its key; None: offline. `budget`: USD a month, 0: no limit. `visibility`: of a picture that is
    new (`publication`). `transaction`: makes what is recorded within all or nothing."""

    store: Store
    connection: records.Connection
    limits: Limits
    captioner: Callable[[], "Captioner"]
    choice: "Choice | None" = None
    budget: Decimal = Decimal(0)
    language: str = "en"
    prefix: str = "thumbnails/"
    visibility: str = publication.VISIBLE
    transaction: Callable[[records.Connection], AbstractContextManager[Any]] = records.transaction


Work = Callable[[records.Claim, Upload, Resources], bool]
Begin = Callable[[records.Claim], None]
Written = TypeVar("Written")


def process_of(kind: str) -> Callable[[Upload, Resources], str]:
    """The `process` of the processor that does jobs of this kind."""
    return import_module(f"processors.{records.processor_of(kind)}").process


def handler(process: Callable[[Upload, Resources], str]) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """AWS Lambda's entry point for a processor: called with messages of its queue."""
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        import_module("processors.aws.runtime").prepare()

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return import_module("processors.aws.runtime").run(event, process)

    return handle


def run(kind: str, upload: Upload, resources: Resources, work: Work, begin: Begin | None = None) -> str:
    """Do `work` if the upload's job of this kind waits for it. `begin`: called with the claim, in its transaction.
    Returns what came of it, in a word: done, skipped (done before), later (not due yet, in progress elsewhere, or put
    off by what went wrong), paused (the budget is used up), stale (another worker took over), failed, declined, or gone
    (no such object).

    Raises only what could not be recorded, as while the database is away. Whatever is recorded needs its message no
    more: whoever looks after the queue comes back to the job when it is due.
    """
    try:
        claim = _claim(kind, upload, resources, begin)
    except (records.NotDue, records.Busy):
        return "later"
    except (ObjectMissing, records.KeyTooLong) as problem:
        log.warning("%s was not taken up: %s", upload.key, problem or "there is no such object")
        return "gone"
    except (UsedUp, Permanent) as problem:  # the claim was undone with it
        return run(kind, upload, resources, _raise(problem))
    return _do(claim, upload, resources, work) if claim else "skipped"


def _raise(problem: Exception) -> Work:
    """Work that can't be done."""

    def work(*_: Any) -> bool:
        raise problem

    return work


def record(resources: Resources, write: Callable[[], Written], tries: int = 3) -> Written:
    """What `write` gives, all of it recorded or nothing. Tried again where the database was busy with others, or away
    for a moment, and where a picture was deleted in this very moment: what was paid for is not thrown away for that."""
    try:
        with resources.transaction(resources.connection):
            return write()
    except Exception as error:
        again = ("OperationalError", "IntegrityError")  # each driver has its own of these names (PEP 249)
        if tries == 1 or type(error).__name__ not in again:
            raise
    time.sleep(0.5)
    return record(resources, write, tries - 1)


def _do(claim: records.Claim, upload: Upload, resources: Resources, work: Work) -> str:
    connection = resources.connection
    try:
        return "done" if work(claim, upload, resources) else "stale"
    except Declined as reason:
        words = str(reason)
        record(resources, lambda: records.decline(connection, claim, words))
        return "declined"
    except (Permanent, Refused) as reason:
        words = str(reason)
        record(resources, lambda: records.fail(connection, claim, words))
        return "failed"
    except ObjectMissing:
        records.fail(connection, claim, "The original picture is missing from the storage.")
        return "failed"
    except UsedUp as reason:
        records.postpone(connection, claim, str(reason), next_month(), "paused")
        return "paused"
    except TakenOver:
        return "stale"
    except Busy as reason:
        records.postpone(connection, claim, str(reason), datetime.now(UTC) + SHORTLY)
        return "later"
    except Retryable as reason:
        return _put_off(claim, resources, str(reason), after=reason.after)
    except Exception as error:
        log.exception("The %s of %s was interrupted", claim.kind, upload.key)
        words = f"It was interrupted by an unexpected problem ({type(error).__name__})."
        return _put_off(claim, resources, words)


def next_month() -> datetime:
    """When the next month's budget begins, in UTC."""
    first = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def _put_off(claim: records.Claim, resources: Resources, words: str, **how: Any) -> str:
    """Have the job tried again after a pause, unless it was tried often enough. `how`: as `records.fail` has it."""
    record(resources, lambda: records.fail(resources.connection, claim, words, again=True, **how))
    if claim.attempt >= records.TRIES:
        return "failed"
    log.info("The %s of %s comes later: %s", claim.kind, claim.uuid, words)
    return "later"


def _claim(kind: str, upload: Upload, resources: Resources, begin: Begin | None) -> records.Claim | None:
    try:
        return _taken(kind, upload, resources, begin)
    except records.NotRegistered:  # bulk import: an object that somebody copied into the bucket
        name, size = text.clean(upload.key.rsplit("/", 1)[-1], 255), resources.store.size(upload.key)
        same = str(uuid.uuid5(uuid.NAMESPACE_URL, f"s3://{upload.bucket}/{upload.key}"))  # in both functions
        new: Any = {"uuid": same, "original_name": name, "byte_size": size, "visibility": resources.visibility}
        record(resources, lambda: records.register(resources.connection, key=upload.key, **new))
        return _taken(kind, upload, resources, begin)


def _taken(kind: str, upload: Upload, resources: Resources, begin: Begin | None) -> records.Claim | None:
    if begin is None:
        return records.claim(resources.connection, upload.key, kind)

    def claim() -> records.Claim | None:
        claim = records.claim(resources.connection, upload.key, kind)
        if claim:
            begin(claim)
        return claim

    return record(resources, claim)
