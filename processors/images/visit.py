"""What the child does with a picture: decode it once, and make what is wanted of it."""

import io
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

from PIL import Image

from processors.images.check import DAMAGED, MEMORY, Limits, Refused
from processors.images.colour import on_white
from processors.images.header import check
from processors.images.shrink import fit, shrink

PREVIEW_SIDE, THUMBNAIL_SIDE, MODEL_SIDE = 1600, 400, 1024
PROOF_SIDE = 64  # a JPEG is decoded at an eighth of its sides then
_SIDES = {"preview": PREVIEW_SIDE, "thumbnail": PREVIEW_SIDE, "model": MODEL_SIDE}


def answer(file: BinaryIO, limits: Limits, wants: Collection[str]) -> bytes:
    """What became of the visit: a line of JSON, then the pictures one after the other (`sandbox` reads it)."""
    try:
        said, pictures = _visit(file, limits, wants)
    except Refused as problem:
        said, pictures = {"refused": str(problem)}, {}
    except MemoryError:
        said, pictures = {"refused": MEMORY}, {}
    except Exception:  # a decoder may raise anything
        said, pictures = {"refused": MEMORY if _may_be_memory(limits) else DAMAGED}, {}
    said["sizes"] = {name: len(data) for name, data in pictures.items()}
    return json.dumps(said, default=str).encode() + b"\n" + b"".join(pictures.values())


def _visit(file: BinaryIO, limits: Limits, wants: Collection[str]) -> tuple[dict[str, Any], dict[str, bytes]]:
    facts = check(file, limits)
    small = shrink(file, max((_SIDES[name] for name in wants), default=PROOF_SIDE))
    return {"facts": asdict(facts), "hash": perceptual_hash(small)}, dict(_made(small, wants))


def _made(small: Image.Image, wants: Collection[str]) -> Iterator[tuple[str, bytes]]:
    if "preview" in wants:
        yield "preview", _webp(small)
    if "thumbnail" in wants:
        yield "thumbnail", _webp(fit(small, THUMBNAIL_SIDE))
    if "model" in wants:
        yield "model", _encoded(on_white(fit(small, MODEL_SIDE)), "JPEG", quality=85)


def perceptual_hash(image: Image.Image) -> str:
    """64 bits as 16 hex digits; of pictures that look alike, only few differ. A bit says whether it gets brighter from
    one field to the next in a grid of 9 x 8 (dHash, by Neal Krawetz)."""
    grey = on_white(image).convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = [grey[9 * row + x] < grey[9 * row + x + 1] for row in range(8) for x in range(8)]
    return f"{sum(bit << place for place, bit in enumerate(bits)):016x}"


def _webp(image: Image.Image) -> bytes:
    return _encoded(image, "WEBP", quality=80, method=2)


def _encoded(image: Image.Image, format: str, **options: int) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def _may_be_memory(limits: Limits) -> bool:
    """libjpeg (progressive), libwebp, libavif and libheif call it broken data when they get no memory. What they had
    by then was measured: never less than 60 % of the limit."""
    with open("/proc/self/status") as lines:
        peak = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmPeak:"))
    return peak > 0.6 * limits.memory


def warm() -> None:
    """Load what Pillow would load on first use, in a process that may yet open files."""
    Image.init()
    for format in ("JPEG", "WEBP"):
        answer(io.BytesIO(_encoded(Image.new("RGB", (90, 80)), format)), Limits(), ("preview", "model"))
