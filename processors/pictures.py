"""What is this file, and what would it cost to decode? Decided by its content, before a pixel is decoded.

A file's name and the type that its sender claims are never looked at. Pillow's own limit only warns up to twice its
value and knows nothing of memory or of progressive scans, so it is switched off and these limits stand instead.
"""

import re
from dataclasses import dataclass
from typing import BinaryIO

import pi_heif
from PIL import Image

from processors import sniff

pi_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None

MIB = 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
_KINDS = {  # format: (extension, content type)
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
    "GIF": ("gif", "image/gif"),
    "AVIF": ("avif", "image/avif"),
    "HEIF": ("heic", "image/heic"),
}
CONTENT_TYPES = dict(_KINDS.values())
# Bytes of memory per pixel while a picture is decoded and shrunk, beside the file itself. From peak RSS, measured by
# `make bench-memory`; JPEG is reckoned apart, as libjpeg shrinks while it decodes.
_BYTES_PER_PIXEL = {"PNG": 5.0, "GIF": 5.0, "WEBP": 16.0, "AVIF": 10.0, "HEIF": 7.7}
_SMALL_COPIES = 16 * MIB  # the preview, its thumbnail, and what their encoder takes
_ALPHA_COPY = 4.0  # Pillow resizes a copy with the colours premultiplied
_SIDES_SWAPPED = {5, 6, 7, 8}  # EXIF orientations that turn the picture by a quarter


class Refused(Exception):
    """The file is not taken, whoever tries again; the text is a sentence for its sender."""


@dataclass(frozen=True)
class Limits:
    max_bytes: int = 25_000_000
    max_pixels: int = 100_000_000
    max_decode_bytes: int = 384 * MIB
    max_scans: int = 64


@dataclass(frozen=True)
class Info:
    """What a picture is. Width and height in pixels, as it is to be seen (EXIF orientation applied)."""

    format: str
    extension: str
    content_type: str
    width: int
    height: int
    byte_size: int


def inspect(file: BinaryIO, limits: Limits) -> Info:
    """Read the header of a seekable file and decide whether the picture may be decoded; raises Refused."""
    byte_size = file.seek(0, 2)
    file.seek(0)
    if byte_size == 0:
        raise Refused("The file is empty. Was it copied completely?")
    if byte_size > limits.max_bytes:
        raise Refused(
            f"The file has {byte_size / 1e6:.1f} MB; at most {limits.max_bytes / 1e6:.0f} MB are accepted."
            " Make the picture smaller and upload it again."
        )
    if problem := sniff.problem(file.read(4096)):
        raise Refused(problem)
    with open_picture(file) as image:
        _refuse_costly(file, image, limits)
        width, height = displayed_size(image)
        extension, content_type = _KINDS[image.format or ""]
        return Info(image.format or "", extension, content_type, width, height, byte_size)


def verify(file: BinaryIO, info: Info) -> None:
    """Prove that an inspected picture decodes to its end, in the cheapest way; raises Refused."""
    try:
        with open_picture(file) as image:
            if info.format == "JPEG":
                image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
            image.load()
    except Refused:
        raise
    except Exception:
        raise Refused(
            "The picture is damaged or was cut off: it can't be decoded to its end. Copy or export it again."
        ) from None


def open_picture(file: BinaryIO) -> Image.Image:
    """Pillow's image, header only, or Refused. One of our formats, whatever else Pillow knows."""
    file.seek(0)
    try:
        return Image.open(file, formats=FORMATS)
    except Exception:
        raise Refused(
            "This is not a picture that can be read. Accepted are JPEG, PNG, WebP, GIF, AVIF and HEIC."
        ) from None


def orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; 1 where there is none or it is nonsense. HEIF is turned by its decoder."""
    if image.format == "HEIF":
        return 1
    try:
        value = image.getexif().get(0x0112, 1)
    except Exception:  # EXIF is written by anybody; a broken one is no reason to lose the picture
        return 1
    return value if value in range(1, 9) else 1


def displayed_size(image: Image.Image) -> tuple[int, int]:
    """Width and height with the orientation applied, in pixels."""
    width, height = image.size
    return (height, width) if orientation(image) in _SIDES_SWAPPED else (width, height)


def _refuse_costly(file: BinaryIO, image: Image.Image, limits: Limits) -> None:
    width, height = image.size
    if width * height > limits.max_pixels:
        raise Refused(
            f"The picture has {width} × {height} pixels; at most {limits.max_pixels / 1e6:.0f} megapixels are"
            " accepted. Make it smaller and upload it again."
        )
    if image.format == "JPEG" and _scans(file, limits.max_scans) > limits.max_scans:
        raise Refused(
            f"The picture is built of more than {limits.max_scans} scans, which no camera writes and which takes"
            " very long to decode. Save it again as JPEG and upload that."
        )
    if decode_bytes(image) > limits.max_decode_bytes:
        raise Refused(
            f"A {image.format} picture of {width} × {height} pixels needs more memory than this service has."
            " Save it as JPEG (not progressive), or make it smaller, and upload it again."
        )


def decode_bytes(image: Image.Image) -> int:
    """Estimate of the memory, in bytes, that decoding and shrinking an opened picture takes."""
    pixels = image.width * image.height
    if image.format == "JPEG":
        return int(pixels * _jpeg_bytes_per_pixel(image)) + _SMALL_COPIES
    alpha = _ALPHA_COPY if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info else 0.0
    extra = 0.0 if image.format == "WEBP" else alpha
    return int(pixels * (_BYTES_PER_PIXEL[image.format or ""] + extra)) + _SMALL_COPIES


def _jpeg_bytes_per_pixel(image: Image.Image) -> float:
    """A quarter of the sides at most is decoded for a large picture; a progressive one keeps all its coefficients
    (16 bits each, of every component at its own sampling) whatever the scale."""
    longest = max(image.size)
    scale = next((s for s in (8, 4, 2) if longest / s >= 1600), 1)
    bytes_per_pixel = 4.0 / scale**2
    if image.info.get("progressive"):
        layers = [(h, v) for _, h, v, _ in getattr(image, "layer", [])] or [(1, 1)] * 4
        full = max(h for h, _ in layers) * max(v for _, v in layers)
        bytes_per_pixel += 2.0 * sum(h * v for h, v in layers) / full
    return bytes_per_pixel


_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_WITHOUT_LENGTH = {0x01, 0xD8}  # TEM and SOI


def _scans(file: BinaryIO, enough: int) -> int:
    """How many SOS markers a JPEG has up to its end-of-image marker (ITU T.81, B.1.1), counted to `enough` + 1.

    Within a scan 0xFF is always followed by 0x00 or a restart marker, so that the next other marker ends it; lengths
    skip the segments that may hold anything, such as an embedded thumbnail."""
    file.seek(0)
    data = file.read()
    position, count = 2, 0
    while (found := _MARKER.search(data, position)) and count <= enough:
        marker = data[found.start() + 1]
        if marker == 0xD9:
            break
        count += marker == 0xDA
        if marker in _WITHOUT_LENGTH:
            position = found.end()
            continue
        length = int.from_bytes(data[found.end() : found.end() + 2], "big")
        position = found.end() + max(length, 2)
    return count
