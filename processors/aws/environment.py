"""The functions' settings, from the environment that Terraform sets."""

import os
from importlib import import_module
from typing import TYPE_CHECKING

from processors.images.check import MIB, Limits

if TYPE_CHECKING:
    from processors.captioning.choice import Choice

# The variables that name the secret with a captioner's key.
SECRETS = {"gemini": "GEMINI_SECRET_ARN", "genai": "GEMINI_SECRET_ARN", "openai": "CAPTION_SECRET_ARN"}
# What the handler's process takes, and a captioner's libraries in it. The fork server needs nothing beside it: at least
# 20 MiB of a child's limit are libraries, which the two share. Measured: `make bench captioners`
HANDLER_MIB = 52
CAPTIONER_MIB = {"": 0, "gemini": 54, "genai": 46, "openai": 4, "offline": 12}


def limits() -> Limits:
    """The picture limits that fit this function's memory."""
    handler = HANDLER_MIB + CAPTIONER_MIB[os.environ.get("CAPTIONER", "")]
    memory = min(_number("MAX_DECODE_MIB", 480), _number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 512) - handler)
    return Limits(
        max_bytes=_number("MAX_FILE_MB", 25) * 1_000_000,
        max_pixels=_number("MAX_MEGAPIXELS", 100) * 1_000_000,
        memory=memory * MIB,
    )


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


def captioner() -> "Choice":
    """The annotation function's captioner. What it needs is loaded by this: the thumbnail's function has none of it."""
    chosen: Choice = import_module("processors.captioning.choice").choice(os.environ)
    return chosen
