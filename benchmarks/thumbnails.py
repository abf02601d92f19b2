"""Thumbnails against libvips (one thread, no cache), naive Pillow, and the bare decoding that nobody gets below."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps

from benchmarks.harness import Line, in_turn, ratio, say, short
from benchmarks.photos import forget, photo
from processors.images.shrink import fit, shrink

os.environ["VIPS_CONCURRENCY"] = "1"
import pyvips

pyvips.cache_set_max(0)
Image.MAX_IMAGE_PIXELS = None
SIDE, PREVIEW = 400, 1600
GOALS = {12: 0.85, 24: 0.85, 48: 1.1, 100: 1.1}
ENCODED = (
    "Of a file with 1.8 bits a pixel and EXIF orientation 6, as phones write it, to a JPEG of quality 82; CPU time of"
    " one process. With more bits a pixel everybody comes nearer to what decoding alone takes."
)


def lines() -> Iterator[Line]:
    for megapixels, goal in GOALS.items():
        yield from _of(photo(megapixels), f"JPEG {megapixels} MP", goal, rounds=7 if megapixels < 48 else 5)
        forget()
    yield from _of(photo(12, progressive=True), "progressive JPEG 12 MP", 0.9, rounds=5)
    yield _png(photo(24, "png", compress_level=1))
    for megapixels in (12, 48):
        yield _both_sizes(photo(megapixels), megapixels)
    forget()


def _of(file: Path, name: str, goal: float, rounds: int) -> Iterator[Line]:
    say(name)
    sides = {"ours": lambda: ours(file), "libvips": lambda: libvips(file), "floor": lambda: floor(file)}
    taken = in_turn({**sides, "naive": lambda: naive(file)}, rounds=rounds)
    what = f"400 px thumbnail of a {name}, CPU"
    yield ratio(what, taken["ours"], taken["libvips"], goal, "libvips", ENCODED)
    if goal < 0.9:
        yield ratio("… and against decoding alone at 1/8", taken["ours"], taken["floor"], 1.4, "decoding", ENCODED)
    times = taken["naive"] / taken["ours"]
    yield Line("… naive Pillow takes", "", f"{times:.1f} x ours ({short(taken['naive'])})", None, NAIVE)


NAIVE = "open, exif_transpose, thumbnail, save: the second decodes the whole picture."


def _png(file: Path) -> Line:
    say("PNG 24 MP")
    taken = in_turn({"ours": lambda: ours(file), "libvips": lambda: libvips(file)}, rounds=3)
    times = taken["ours"] / taken["libvips"]
    return Line("400 px thumbnail of a PNG 24 MP, CPU", "", f"{times:.2f} x libvips", None, PNG)


PNG = "Pillow's wheels and Python inflate with the system's zlib, libvips' wheel with a faster one."


def _both_sizes(file: Path, megapixels: int) -> Line:
    say(f"both sizes of {megapixels} MP")

    def chained() -> None:
        with file.open("rb") as source:
            preview = shrink(source, PREVIEW)
        _jpeg(preview)
        _jpeg(fit(preview, SIDE))

    def each() -> None:
        ours(file, PREVIEW)
        ours(file, SIDE)

    taken = in_turn({"chained": chained, "each": each}, rounds=7)
    what = f"1600 px and, from it, 400 px of a JPEG {megapixels} MP, CPU"
    return ratio(what, taken["chained"], taken["each"], 0.85, "each from the file", ENCODED)


def ours(file: Path, side: int = SIDE) -> bytes:
    with file.open("rb") as source:
        return _jpeg(shrink(source, side))


def libvips(file: Path, side: int = SIDE) -> bytes:
    """pyvips' own way to make a thumbnail: it shrinks while it decodes, too."""
    return bytes(pyvips.Image.thumbnail(str(file), side, height=side).jpegsave_buffer(Q=82, keep="none"))


def naive(file: Path, side: int = SIDE) -> bytes:
    with Image.open(file) as image:
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((side, side), Image.Resampling.LANCZOS)
        return _jpeg(upright)


def floor(file: Path) -> None:
    with Image.open(file) as image:
        image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
