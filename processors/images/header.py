"""What Pillow reads from a picture's header, before a pixel is decoded. Runs in the child: headers are hostile, too.

A file's name and the type that its sender claims are never looked at.
"""

import warnings
from datetime import datetime
from typing import BinaryIO

import pi_heif
from PIL import AvifImagePlugin, Image, PngImagePlugin

from processors.images import sniff, tolerant
from processors.images.check import CRASHED, DAMAGED, HEAVY, KINDS, MIB, UNKNOWN, Facts, Limits, Refused

pi_heif.register_heif_opener(thumbnails=False)
pi_heif.options.DECODE_THREADS = AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread has memory of its own
Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit only warns up to twice its value; ours stands instead
PngImagePlugin.MAX_TEXT_MEMORY = 8 * MIB  # unpacked texts of one picture; Pillow's own 64 MiB take half a second
tolerant.apply()
warnings.filterwarnings("ignore", module=r"PIL\.")  # of broken EXIF and the like: nothing for the operator to do

_SIDES_SWAPPED = {5, 6, 7, 8}  # EXIF orientations that turn the picture by a quarter


def open_picture(file: BinaryIO) -> Image.Image:
    """Pillow's image, header only, or Refused. One of our formats, whatever else Pillow knows."""
    file.seek(0)
    try:
        return Image.open(file, formats=tuple(KINDS))
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises all kinds of them
        file.seek(0)
        raise Refused(_why(error, file.read(16))) from None


def _why(error: Exception, head: bytes) -> str:
    if "too large" in str(error) or "Too much memory" in str(error):  # Pillow's words of texts and profiles
        return HEAVY
    if head[8:12] == b"WEBP":  # its decoder takes memory for all pixels before it tells their number
        return CRASHED
    return DAMAGED if sniff.begins_as_picture(head) else UNKNOWN


def check(file: BinaryIO, limits: Limits) -> Facts:
    """What the picture in a seekable file is, by its header alone. Refused where it is none, or too large."""
    with open_picture(file) as image:
        width, height = image.size
        if width * height > limits.max_pixels or max(width, height) > limits.max_side:
            raise Refused(
                f"The picture has {width} × {height} pixels; at most {limits.max_pixels / 1e6:.0f} megapixels and"
                f" {limits.max_side} pixels a side are accepted. Make it smaller and upload it again."
            )
        if orientation(image) in _SIDES_SWAPPED:
            width, height = height, width
        # Phones append a second picture (depth, more brightness) to a JPEG; Pillow calls that MPO.
        format = "JPEG" if image.format == "MPO" else image.format or ""
        return Facts(format, width, height, file.seek(0, 2), _taken(image))


def orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; 1 where there is none or it is nonsense. HEIF is turned by its decoder."""
    value = 1 if image.format == "HEIF" else _exif(image).get(0x0112, 1)
    return value if value in range(1, 9) else 1


def _exif(image: Image.Image) -> Image.Exif:
    """Empty where there is none or it is broken. Not Pillow's own getexif() of a PNG: that decodes all the pixels, to
    look behind them as well."""
    try:
        return Image.Image.getexif(image)
    except Exception:  # EXIF is written by anybody; a broken one is no reason to lose the picture
        return Image.Exif()


def _taken(image: Image.Image) -> datetime | None:
    """EXIF DateTimeOriginal."""
    try:
        return datetime.strptime(str(_exif(image).get_ifd(0x8769).get(0x9003)), "%Y:%m:%d %H:%M:%S")
    except Exception:  # a broken date says nothing
        return None
