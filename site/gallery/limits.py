"""What a picture may be and take here, from the settings."""

import tempfile
from pathlib import Path

from django.conf import settings

from processors.images.check import MIB, Limits, slots


def picture_limits() -> Limits:
    """The limits of this service. All of its processes on a machine share the places to decode."""
    memory = settings.MAX_DECODE_MIB * MIB
    return Limits(
        max_bytes=settings.MAX_FILE_BYTES,
        max_pixels=settings.MAX_MEGAPIXELS * 1_000_000,
        memory=memory,
        slots=slots(memory),
        # On AWS /tmp is the service's own.
        folder=Path(tempfile.gettempdir()) / "decoding" if settings.ON_AWS else settings.VAR_DIR / "decoding",
    )
