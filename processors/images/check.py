"""What is accepted, what a picture is, and the sentences for what is not taken. Imports no Pillow: whoever only asks
for a visit (`sandbox`) never loads a decoder."""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

MIB = 1024 * 1024
GRACE = 5.0  # seconds that a child may end itself in, before others end it
# Pillow's name of the format, and the extension of ours
KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif", "HEIF": "heic"}
CONTENT_TYPES = {extension: f"image/{extension}" for extension in KINDS.values()} | {"jpg": "image/jpeg"}

AGAIN = "Save it as JPEG (not progressive), or make it smaller, and upload it again."
UNKNOWN = "This is not a picture that can be read. Accepted are JPEG, PNG, WebP, GIF, AVIF and HEIC."
DAMAGED = "The picture is damaged or was cut off: it can't be decoded to its end. Copy or export it again."
MEMORY = f"To decode this picture takes more memory than this service has. {AGAIN}"
TIME = f"This picture takes too long to decode. {AGAIN}"
CRASHED = f"The decoder broke down over this picture: it is damaged, or takes more memory than there is. {AGAIN}"
HEAVY = (
    "The texts or the colour profile in the picture unpack to many megabytes. Open it in an image editor, save it again"
    " without metadata, and upload that."
)


class Refused(Exception):
    """The file is not taken, whoever tries again; the text is a sentence for its sender. `cpu`: seconds of CPU that
    finding it out took."""

    cpu: float = 0.0


class Busy(Exception):
    """Other pictures kept the decoders busy for longer than anybody waits; a later try may be lucky."""

    cpu: float = 0.0


@dataclass(frozen=True)
class Limits:
    """What a picture may have and what decoding it may take; from the table of `make bench-memory`."""

    max_bytes: int = 25_000_000
    max_pixels: int = 100_000_000
    max_side: int = 65_535  # pixels; JPEG and GIF can't say more, and rows of a PNG alone once took 3 GB
    memory: int = 480 * MIB  # address space of one child, in bytes
    cpu: int = 12  # seconds of one child
    wall: int = 50  # seconds on the clock, from when it has its slot
    slots: int = 1  # children at once, of all processes that use the same folder
    folder: Path = Path(tempfile.gettempdir()) / f"decoding-{os.getuid()}"  # of the slots' locks; no other user's
    patience: float = 30  # seconds to wait for a slot

    @property
    def longest(self) -> float:
        """Seconds after which a child that keeps its limits has ended."""
        return self.patience + self.wall + GRACE


@dataclass(frozen=True)
class Facts:
    """What a picture is. Width and height in pixels, as it is to be seen (EXIF orientation applied); `taken` by its
    camera's clock."""

    format: str
    width: int
    height: int
    byte_size: int
    taken: datetime | None = None

    @property
    def extension(self) -> str:
        return KINDS[self.format]

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.extension]


def refuse_too_many(byte_size: int, limits: Limits) -> None:
    """Refused where a file has more bytes than are accepted; needs no look at it."""
    if byte_size > limits.max_bytes:
        raise Refused(
            f"The file has {byte_size / 1e6:.1f} MB; at most {limits.max_bytes / 1e6:.0f} MB are accepted."
            " Make the picture smaller and upload it again."
        )


def slots(memory: int) -> int:
    """How many children of so many bytes may run at once here: one a core, within half of the machine's memory."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(len(os.sched_getaffinity(0)), machine // 2 // memory))
