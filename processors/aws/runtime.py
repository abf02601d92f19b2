"""What both functions do around a processor: from a queue's messages to uploads, and what it works with."""

import os
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities import parameters

from processors import events, publication
from processors.aws import environment, mysql, s3
from processors.job import Resources
from processors.problems import Permanent

if TYPE_CHECKING:
    from processors.captioning import Captioner
    from processors.captioning.choice import Choice

Process = Callable[[events.Upload, Resources], str]

log = Logger(service="processors")


def prepare() -> None:
    """What no event is needed for. Called while Lambda initialises, as that has more CPU than the function's memory
    gets afterwards (1,769 MB are one CPU: Lambda developer guide, "Configure Lambda function memory")."""
    s3.client()
    if "CAPTIONER" in os.environ:  # the thumbnail's function asks nobody
        import_module(f"processors.captioning.{environment.captioner().captioner}")


def run(event: dict[str, Any], process: Process) -> dict[str, list[dict[str, str]]]:
    """Process the messages of an event; the answer names those that could not be dealt with, and SQS hands them over
    again (Lambda developer guide, "Implementing partial batch responses")."""
    failed = [message for message in event["Records"] if not _dealt_with(message["body"], process)]
    return {"batchItemFailures": [{"itemIdentifier": message["messageId"]} for message in failed]}


def _dealt_with(body: str, process: Process) -> bool:
    """Whether nothing of the message is left to be done by it. An upload that fails does not keep the others from their
    turn."""
    finished = [_finished(upload, process) for upload in events.uploads(body)]
    return all(finished)


def _finished(upload: events.Upload, process: Process) -> bool:
    try:
        outcome = process(upload, resources(upload.bucket))
    except Exception:
        log.exception("not recorded, the message comes back", key=upload.key)
        return False
    log.info("finished", key=upload.key, outcome=outcome)
    return True


def resources(bucket: str) -> Resources:
    """What this function's environment gives a processor."""
    limits = environment.limits()
    store = s3.S3Store(bucket, limits)
    language = os.environ.get("ANNOTATION_LANGUAGE") or "en"
    prefix = os.environ.get("TARGET_S3_PREFIX") or "thumbnails/"
    visibility = publication.first_visibility(os.environ.get("PUBLISH", ""))
    named = {"language": language, "prefix": prefix, "visibility": visibility, **_asking()}
    return Resources(store, mysql.connect(), limits, captioner, **named)


def _asking() -> dict[str, Any]:
    """What the function may ask, and for how much; nothing in the thumbnail's, which has no captioner."""
    if "CAPTIONER" not in os.environ:
        return {}
    budget = import_module("processors.captioning.choice").budget(os.environ.get("ANNOTATION_BUDGET_USD", ""))
    return {"choice": environment.captioner(), "budget": budget}


def captioner() -> "Captioner":
    """As Terraform chose it, with the key from Secrets Manager, read anew every five minutes. Permanent while nobody
    has put one into the secret, which Terraform makes empty."""
    chosen = environment.captioner()
    return _captioner(chosen, "" if chosen.free else _key(chosen))


def _key(chosen: "Choice") -> str:
    try:
        key = str(parameters.get_secret(os.environ[environment.SECRETS[chosen.captioner]], max_age=300)).strip()
    except parameters.exceptions.GetParameterError as error:
        if "ResourceNotFoundException" not in str(error):
            raise
        key = ""  # a secret without a value, which is never cached
    if not key:
        raise Permanent(
            f"There is no key for {chosen.model} yet. Put one into its secret in Secrets Manager, then run the"
            " annotation again."
        )
    return key


@lru_cache(maxsize=1)
def _captioner(chosen: "Choice", key: str) -> "Captioner":
    asked: Captioner = import_module("processors.captioning.choice").captioner(chosen, key)
    return asked
