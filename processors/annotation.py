"""The annotation function: asks a captioner what is in the upload."""

import os
from typing import Any, BinaryIO

from processors import records, stage
from processors.captioning import Captioner, Subject
from processors.events import Upload
from processors.images.check import Limits
from processors.images.sandbox import visit
from processors.objects import Objects

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    from processors import aws
    from processors.captioning import gemini  # noqa: F401

    aws.prepare()


def process(
    upload: Upload,
    objects: Objects,
    connection: records.Connection,
    captioner: Captioner,
    language: str = "en",
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    tries: int = records.LAMBDA_TRIES,
) -> str:
    """Have the upload described and record it. Outcomes and errors as `stage.run`."""

    def work(claim: records.Claim, file: BinaryIO) -> bool:
        seen = visit(file, limits, ("model",))
        facts = seen.facts
        subject = Subject(seen.model, facts.width, facts.height, facts.taken, language)
        return records.finish_annotation(connection, claim, captioner.describe(subject))

    return stage.run("annotation", upload, objects, connection, work, tries)


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """AWS Lambda's entry point: an SNS message with an S3 event inside."""
    from processors import aws

    return aws.run(
        event,
        lambda upload, objects, db: process(upload, objects, db, aws.captioner(), aws.language(), aws.limits()),
    )
