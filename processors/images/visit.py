"""What the child does with a picture: decode it once, and make what is wanted of it."""

import io
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

from PIL import Image

from processors.images.check import DAMAGED, MEMORY, Facts, Limits, Refused
from processors.images.colour import on_white
from processors.images.header import check
from processors.images.shrink import fit, shrink

PREVIEW_SIDE, THUMBNAIL_SIDE, MODEL_SIDE = 1600, 400, 1024
PROOF_SIDE = 64  # a JPEG is decoded at an eighth of its sides then
# Formats whose decoders say "broken data" for want of memory: the bytes a pixel that they ask for in one piece.
_ASKED_AT_ONCE = {"JPEG": 2, "WEBP": 4, "AVIF": 4, "HEIF": 4}
_WEBP = {"quality": 80, "method": 2}
_SIDES = {"preview": PREVIEW_SIDE, "thumbnail": PREVIEW_SIDE, "model": MODEL_SIDE}


def answer(file: BinaryIO, limits: Limits, wants: Collection[str]) -> bytes:
    """What became of the visit: a line of JSON, then the pictures one after the other (`sandbox` reads it)."""
    said: dict[str, Any] = {}
    pictures: dict[str, bytes] = {}
    try:
        facts, small = _decoded(file, limits, max((_SIDES[name] for name in wants), default=PROOF_SIDE))
        said = {"facts": asdict(facts), "hash": perceptual_hash(small)}
        pictures = dict(_made(small, wants))
    except (Refused, MemoryError) as problem:
        said = {"refused": str(problem) if isinstance(problem, Refused) else MEMORY}
    said["sizes"] = {name: len(data) for name, data in pictures.items()}
    return json.dumps(said, default=str).encode() + b"\n" + b"".join(pictures.values())


def _decoded(file: BinaryIO, limits: Limits, side: int) -> tuple[Facts, Image.Image]:
    facts = None
    try:
        facts = check(file, limits)
        return facts, shrink(file, side)
    except (Refused, MemoryError):
        raise
    except Exception:  # a decoder may raise anything
        raise MemoryError if facts and _may_be_memory(facts, limits) else Refused(DAMAGED) from None


def _made(small: Image.Image, wants: Collection[str]) -> Iterator[tuple[str, bytes]]:
    if "preview" in wants:
        yield "preview", _encoded(small, "WEBP", **_WEBP)
    if "thumbnail" in wants:
        yield "thumbnail", _encoded(fit(small, THUMBNAIL_SIDE), "WEBP", **_WEBP)
    if "model" in wants:
        yield "model", _encoded(on_white(fit(small, MODEL_SIDE)), "JPEG", quality=85)


def perceptual_hash(image: Image.Image) -> str:
    """64 bits as 16 hex digits; of pictures that look alike, only few differ. A bit says whether it gets brighter from
    one field to the next in a grid of 9 x 8 (dHash, by Neal Krawetz)."""
    grey = on_white(image).convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = [grey[9 * row + x] < grey[9 * row + x + 1] for row in range(8) for x in range(8)]
    return f"{sum(bit << place for place, bit in enumerate(bits)):016x}"


def _encoded(image: Image.Image, format: str, **options: int) -> bytes:
    out = io.BytesIO()
    try:
        image.save(out, format, **options)
    except ValueError:  # "encoding error 1", libwebp's for want of memory: a picture that was decoded is not damaged
        raise MemoryError from None
    return out.getvalue()


def _may_be_memory(facts: Facts, limits: Limits) -> bool:
    """Whether a decoder that raised may just have got no memory: some call that broken data. They had most of what
    there is by then, or asked for more than what was left."""
    if facts.format not in _ASKED_AT_ONCE:
        return False
    with open("/proc/self/status") as lines:
        peak = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmPeak:"))
    next_piece = _ASKED_AT_ONCE[facts.format] * facts.width * facts.height
    return peak > 0.6 * limits.memory or peak + next_piece > limits.memory


def warm() -> None:
    """Load what Pillow would load on first use, in a process that may yet open files."""
    Image.init()
    for format in ("JPEG", "WEBP"):
        answer(io.BytesIO(_encoded(Image.new("RGB", (90, 80)), format)), Limits(), ("preview", "model"))
