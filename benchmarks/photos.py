"""The pictures of the benchmarks, made once and kept in a folder for the run.

Like photos in what encoders and scalers find in them: things with sharp edges before each other ("dead leaves"),
texture at every scale whose strength falls with its frequency (1/f), a lens that blurs a little, a sensor's noise."""

import atexit
import random
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from benchmarks.harness import TINY, say
from tests.pictures import exif

SIZES = {12: (4000, 3000), 24: (6000, 4000), 48: (8000, 6000), 100: (11547, 8660)}
LEAVES, OCTAVES, SENSOR_NOISE = 400, 6, 3.0


@cache
def photo(megapixels: int, extension: str = "jpg", **options: Any) -> Path:
    """A file of so many megapixels, with the options of Pillow's save; a JPEG is held upright (orientation 6) and of
    quality 88, as phones write it."""
    words = "-".join(f"{name}-{value}" for name, value in options.items())
    file = _folder() / f"{megapixels}-{words}.{extension}"
    say(f"making a picture of {megapixels} MP")
    if extension == "jpg":
        options = {"quality": 88, "exif": exif(6), **options}
    pixels(megapixels).save(file, **options)
    return file


@cache
def pixels(megapixels: int) -> Image.Image:
    width, height = SIZES[megapixels]
    if TINY:
        width, height = width // 8, height // 8
    image = _leaves(width, height).filter(ImageFilter.GaussianBlur(0.8))
    for octave in range(1, OCTAVES):
        image = _with_noise(image, octave, 4.0 * 1.4**octave)
    return _with_noise(image, 0, SENSOR_NOISE)


def forget() -> None:
    """Let go of the pixels."""
    pixels.cache_clear()


def bits_per_pixel(file: Path) -> float:
    with Image.open(file) as image:
        return file.stat().st_size * 8 / (image.width * image.height)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="bench-photos-"))
    atexit.register(shutil.rmtree, folder)
    return folder


def _leaves(width: int, height: int) -> Image.Image:
    """Ellipses of all sizes, the later before the earlier."""
    numbers = random.Random(1)
    image = Image.new("RGB", (width, height), (90, 110, 120))
    draw = ImageDraw.Draw(image)
    for _ in range(LEAVES):
        size = height * 0.02 / max(0.04, numbers.random())
        x, y, shape = numbers.random() * width, numbers.random() * height, 0.3 + numbers.random()
        colour = tuple(numbers.randrange(30, 220) for _ in range(3))
        draw.ellipse((x - size, y - size * shape, x + size, y + size * shape), fill=colour)
    return image


def _with_noise(image: Image.Image, octave: int, strength: float) -> Image.Image:
    width, height = image.size
    noise = Image.effect_noise((max(1, width >> octave), max(1, height >> octave)), strength)
    noise = noise.resize(image.size, Image.Resampling.BICUBIC)
    return ImageChops.add(image, Image.merge("RGB", [noise] * 3), offset=-128)
