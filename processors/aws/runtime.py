"""What both functions do around a processor: from the event to its uploads, and what it works with."""

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities import parameters

from processors import events
from processors.aws import environment, mysql, s3
from processors.captioning import Captioner, Permanent
from processors.job import Resources

log = Logger(service="processors")


def prepare() -> None:
    """What no event is needed for. Called while Lambda initialises, as that has more CPU than the function's memory
    gets afterwards (1,769 MB are one CPU: Lambda developer guide, "Configure Lambda function memory")."""
    s3.client()
    if environment.GEMINI_SECRET in os.environ:  # the annotation function's alone
        from processors.captioning import gemini  # noqa: F401


def run(event: dict[str, Any], process: Callable[[events.Upload, Resources], str]) -> dict[str, str]:
    """Process every upload of the event; key -> outcome. One that fails does not keep the others from their turn:
    what a retry can cure is raised at the end, so that Lambda tries the event again and then dead-letters it."""
    outcomes: dict[str, str] = {}
    problem: Exception | None = None
    for upload in events.uploads(event):
        try:
            outcomes[upload.key] = process(upload, resources(upload.bucket))
        except Exception as error:
            log.warning("not finished, to be tried again", key=upload.key, error=type(error).__name__)
            problem = error
        else:
            log.info("finished", key=upload.key, outcome=outcomes[upload.key])
    if problem:
        raise problem
    return outcomes


def resources(bucket: str) -> Resources:
    """What this function's environment gives a processor."""
    limits = environment.limits()
    store = s3.S3Store(bucket, limits)
    language = os.environ.get("ANNOTATION_LANGUAGE") or "en"
    prefix = os.environ.get("TARGET_S3_PREFIX") or "thumbnails/"
    return Resources(store, mysql.connect(), limits, captioner, language, prefix)


def captioner() -> Captioner:
    """Gemini with the key from Secrets Manager, read anew every five minutes. Permanent while nobody has put one into
    the secret, which Terraform makes empty."""
    try:
        key = str(parameters.get_secret(os.environ[environment.GEMINI_SECRET], max_age=300)).strip()
    except parameters.exceptions.GetParameterError as error:
        if "ResourceNotFoundException" not in str(error):
            raise
        key = ""  # a secret without a value, which is never cached
    if not key:
        raise Permanent(
            "There is no key for Gemini yet. Put one into its secret in Secrets Manager, then run the annotation again."
        )
    return _gemini(key)


@lru_cache(maxsize=1)
def _gemini(key: str) -> Captioner:
    from processors.captioning import gemini

    return gemini.Gemini(key, os.environ.get("GEMINI_MODEL", ""), os.environ.get("GEMINI_ENDPOINT", ""))
