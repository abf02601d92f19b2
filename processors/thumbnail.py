"""The thumbnail function: a 1600 px preview of the upload and, made from it, the 400 px thumbnail."""

import os
from typing import Any, BinaryIO

from processors import records, stage
from processors.events import Upload
from processors.images.check import Limits
from processors.images.sandbox import visit
from processors.objects import Objects

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    from processors import aws

    aws.prepare()


def process(
    upload: Upload,
    objects: Objects,
    connection: records.Connection,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    prefix: str = "thumbnails/",
    tries: int = records.LAMBDA_TRIES,
) -> str:
    """Make previews/<uuid>.webp and <prefix><uuid>.webp and record them. Outcomes and errors as `stage.run`."""

    def work(claim: records.Claim, file: BinaryIO) -> bool:
        seen = visit(file, limits, ("preview", "thumbnail"))
        made = {f"previews/{claim.uuid}.webp": seen.preview, (key := f"{prefix}{claim.uuid}.webp"): seen.thumbnail}
        for each, body in made.items():
            objects.put(each, body, "image/webp")
        finished = records.finish_thumbnail(
            connection,
            claim,
            thumbnail_key=key,
            content_type=seen.facts.content_type,
            byte_size=seen.facts.byte_size,
            width=seen.facts.width,
            height=seen.facts.height,
        )
        if not finished and not records.exists(connection, claim):  # deleted meanwhile: nothing of it may stay
            for each in made:
                objects.delete(each)
        return finished

    return stage.run("thumbnail", upload, objects, connection, work, tries)


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """AWS Lambda's entry point: an SNS message with an S3 event inside."""
    from processors import aws

    return aws.run(event, lambda upload, objects, db: process(upload, objects, db, aws.limits(), aws.prefix()))
