"""The thumbnail function: a 1600 px preview of the upload and, made from it, the 400 px thumbnail."""

import io
import os
from typing import Any, BinaryIO

from PIL import Image

from processors import records, stage
from processors.events import Upload
from processors.objects import Objects
from processors.pictures import Limits, inspect
from processors.shrink import fit, shrink

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    from processors import aws

    aws.prepare()

PREVIEW_SIDE = 1600
THUMBNAIL_SIDE = 400


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
        info = inspect(file, limits)
        preview, thumbnail = render(file)
        made = {f"previews/{claim.uuid}.webp": preview, (key := f"{prefix}{claim.uuid}.webp"): thumbnail}
        for each, body in made.items():
            objects.put(each, body, "image/webp")
        finished = records.finish_thumbnail(
            connection,
            claim,
            thumbnail_key=key,
            content_type=info.content_type,
            byte_size=info.byte_size,
            width=info.width,
            height=info.height,
        )
        if not finished and not records.exists(connection, claim):  # deleted meanwhile: nothing of it may stay
            for each in made:
                objects.delete(each)
        return finished

    return stage.run("thumbnail", upload, objects, connection, work, tries)


def render(file: BinaryIO) -> tuple[bytes, bytes]:
    """Preview and thumbnail of an inspected picture, as WebP; Refused where it can't be decoded."""
    preview = shrink(file, PREVIEW_SIDE)
    return _webp(preview), _webp(fit(preview, THUMBNAIL_SIDE))


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """AWS Lambda's entry point: an SNS message with an S3 event inside."""
    from processors import aws

    return aws.run(event, lambda upload, objects, db: process(upload, objects, db, aws.limits(), aws.prefix()))
