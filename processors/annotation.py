"""The annotation function: asks a captioner what is in the upload."""

import io
import os
from datetime import datetime
from typing import Any, BinaryIO

from PIL import Image

from processors import records, stage
from processors.captioning import Captioner, Subject
from processors.events import Upload
from processors.objects import Objects
from processors.pictures import Limits, exif, inspect, open_picture
from processors.shrink import shrink

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    from processors import aws
    from processors.captioning import gemini  # noqa: F401

    aws.prepare()

SIDE = 1024


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
        info = inspect(file, limits)
        subject = Subject(_jpeg(file), info.width, info.height, _taken(file), language)
        return records.finish_annotation(connection, claim, captioner.describe(subject))

    return stage.run("annotation", upload, objects, connection, work, tries)


def _jpeg(file: BinaryIO) -> bytes:
    """What the model gets to see: at most 1024 px, on white where it was transparent, no metadata."""
    small = shrink(file, SIDE)
    if small.mode == "RGBA":
        white = Image.new("RGB", small.size, "white")
        white.paste(small, mask=small.getchannel("A"))
        small = white
    out = io.BytesIO()
    small.save(out, "JPEG", quality=85)
    return out.getvalue()


def _taken(file: BinaryIO) -> datetime | None:
    """When the picture was taken, by its camera's clock (EXIF DateTimeOriginal)."""
    with open_picture(file) as image:
        try:
            text = exif(image).get_ifd(0x8769).get(0x9003)
            return datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S")
        except Exception:  # a broken date says nothing
            return None


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """AWS Lambda's entry point: an SNS message with an S3 event inside."""
    from processors import aws

    return aws.run(
        event,
        lambda upload, objects, db: process(upload, objects, db, aws.captioner(), aws.language(), aws.limits()),
    )
