"""The functions' settings, from the environment that Terraform sets."""

import os

from processors.images.check import MIB, Limits

GEMINI_SECRET = "GEMINI_SECRET_ARN"  # noqa: S105  (a variable's name)
PARENTS_MIB = 120  # what the handler's process and the fork server take beside a decoding child


def limits() -> Limits:
    """The picture limits that fit this function's memory."""
    memory = min(_number("MAX_DECODE_MIB", 480), _number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 512) - PARENTS_MIB)
    return Limits(
        max_bytes=_number("MAX_FILE_MB", 25) * 1_000_000,
        max_pixels=_number("MAX_MEGAPIXELS", 100) * 1_000_000,
        memory=memory * MIB,
    )


def language() -> str:
    return os.environ.get("ANNOTATION_LANGUAGE") or "en"


def prefix() -> str:
    """Where thumbnails go."""
    return os.environ.get("TARGET_S3_PREFIX") or "thumbnails/"


def gemini() -> tuple[str, str]:
    """The model and the endpoint; "" for Google's own."""
    return os.environ.get("GEMINI_MODEL", ""), os.environ.get("GEMINI_ENDPOINT", "")


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)
