"""The functions' settings, from the environment that Terraform sets."""

import os

from processors.images.check import MIB, Limits

GEMINI_SECRET = "GEMINI_SECRET_ARN"  # noqa: S105  (a variable's name)
# What the handler's process takes, and Google's library in it. The fork server needs nothing beside it: at least 20 MiB
# of a child's limit are libraries, which the two share. Measured: tests/deploy/test_functions.py
HANDLER_MIB, GEMINI_MIB = 52, 48


def limits() -> Limits:
    """The picture limits that fit this function's memory."""
    handler = HANDLER_MIB + (GEMINI_MIB if GEMINI_SECRET in os.environ else 0)
    memory = min(_number("MAX_DECODE_MIB", 480), _number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 512) - handler)
    return Limits(
        max_bytes=_number("MAX_FILE_MB", 25) * 1_000_000,
        max_pixels=_number("MAX_MEGAPIXELS", 100) * 1_000_000,
        memory=memory * MIB,
    )


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)
