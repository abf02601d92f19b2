"""How like the derivatives are to a full decode with exact arithmetic, beside naive Pillow's after the same encoder."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyvips
from PIL import Image, ImageOps

from benchmarks.harness import Line, say
from benchmarks.photos import forget, photo
from processors.images.check import Limits
from processors.images.sandbox import visit
from processors.images.visit import PREVIEW_SIDE, THUMBNAIL_SIDE

MOST = 0.005
NOTE = "SSIM of the brightness (Gaussian window of 1.5 pixels) against a full decode, resized by Lanczos in floats."


def lines() -> Iterator[Line]:
    for megapixels in (12, 24):
        file = photo(megapixels)
        say(f"{megapixels} MP")
        with file.open("rb") as source:
            seen = visit(source, Limits(), ("preview", "thumbnail"))
        for side, ours in ((THUMBNAIL_SIDE, seen.thumbnail), (PREVIEW_SIDE, seen.preview)):
            yield _line(file, megapixels, side, ours)
    forget()


def _line(file: Path, megapixels: int, side: int, ours: bytes) -> Line:
    with Image.open(file) as image:
        upright = ImageOps.exif_transpose(image).convert("L")
        exact = _floats(_exact(upright, Image.open(io.BytesIO(ours)).size))
    mine, naive = (ssim(exact, _floats(_grey(data))) for data in (ours, _naive(file, side)))
    what = f"SSIM of the {side} px WebP of a JPEG {megapixels} MP"
    return Line(what, f"≥ naive Pillow's - {MOST}", f"{mine:.4f} to {naive:.4f}", mine >= naive - MOST, NOTE)


def ssim(one: pyvips.Image, other: pyvips.Image) -> float:
    """Structural similarity (Wang et al., 2004), 1.0 for equal pictures."""

    def blur(image: pyvips.Image) -> pyvips.Image:
        return image.gaussblur(1.5, precision="float")

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean1, mean2 = blur(one), blur(other)
    variance1, variance2 = blur(one * one) - mean1 * mean1, blur(other * other) - mean2 * mean2
    together = blur(one * other) - mean1 * mean2
    top = (mean1 * mean2 * 2 + c1) * (together * 2 + c2)
    return float((top / ((mean1 * mean1 + mean2 * mean2 + c1) * (variance1 + variance2 + c2))).avg())


def _exact(grey: Image.Image, size: tuple[int, int]) -> Image.Image:
    return grey.convert("F").resize(size, Image.Resampling.LANCZOS)


def _grey(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("L").convert("F")


def _floats(image: Image.Image) -> Any:
    return pyvips.Image.new_from_memory(image.tobytes(), image.width, image.height, 1, "float")


def _naive(file: Path, side: int) -> bytes:
    with Image.open(file) as image:
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        upright.save(out, "WEBP", quality=80, method=2)
        return out.getvalue()
