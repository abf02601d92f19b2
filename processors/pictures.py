"""What is this file, and what would it cost to decode? Decided by its content, before a pixel is decoded.

A file's name and the type that its sender claims are never looked at. Pillow's own limit only warns up to twice its
value and knows nothing of memory or of progressive scans, so it is switched off and these limits stand instead.
"""

import mmap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import pi_heif
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from processors import isobmff, jpeg, memory, png, sniff
from processors.memory import MIB

pi_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None
PngImagePlugin.MAX_TEXT_MEMORY = 8 * MIB  # unpacked texts of one picture; Pillow's own 64 MiB take half a second
warnings.filterwarnings("ignore", module=r"PIL\.")  # of broken EXIF and the like: nothing for the operator to do

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
_KINDS = {  # format: (extension, content type)
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
    "GIF": ("gif", "image/gif"),
    "AVIF": ("avif", "image/avif"),
    "HEIF": ("heic", "image/heic"),
}
_NAMES = {"WEBP": "WebP", "HEIF": "HEIC"} | {name: name for name in ("JPEG", "PNG", "GIF", "AVIF")}
CONTENT_TYPES = dict(_KINDS.values())
_SIDES_SWAPPED = {5, 6, 7, 8}  # EXIF orientations that turn the picture by a quarter

UNKNOWN = "This is not a picture that can be read. Accepted are JPEG, PNG, WebP, GIF, AVIF and HEIC."
DAMAGED = "The picture is damaged or was cut off: it can't be decoded to its end. Copy or export it again."
HEAVY = (
    "The texts or the colour profile in the picture unpack to many megabytes. Open it in an image editor, save it again"
    " without metadata, and upload that."
)


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
    refuse_too_many(byte_size, limits)
    if problem := sniff.problem(file.read(4096)):
        raise Refused(problem)
    with open_picture(file) as image:
        _refuse_costly(file, image, limits)
        width, height = displayed_size(image)
        extension, content_type = _KINDS[format_of(image)]
        return Info(format_of(image), extension, content_type, width, height, byte_size)


def refuse_too_many(byte_size: int, limits: Limits) -> None:
    """Refused where a file has more bytes than are accepted; needs no look at it."""
    if byte_size > limits.max_bytes:
        raise Refused(
            f"The file has {byte_size / 1e6:.1f} MB; at most {limits.max_bytes / 1e6:.0f} MB are accepted."
            " Make the picture smaller and upload it again."
        )


def verify(file: BinaryIO, info: Info) -> None:
    """Prove that an inspected picture decodes to its end, in the cheapest way; raises Refused."""
    if layout := png.layout(file):
        with decoding():
            for _ in png.bands(file, layout):
                pass
        return
    with open_picture(file) as image, decoding():
        if info.format == "JPEG":
            image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()


@contextmanager
def decoding() -> Iterator[None]:
    """Whatever a decoder stumbles over within: the picture is damaged, Refused."""
    try:
        yield
    except MemoryError:
        raise
    except Exception:
        raise Refused(DAMAGED) from None


def open_picture(file: BinaryIO) -> Image.Image:
    """Pillow's image, header only, or Refused. One of our formats, whatever else Pillow knows."""
    file.seek(0)
    try:
        return Image.open(file, formats=FORMATS)
    except UnidentifiedImageError:
        file.seek(0)
        problem = DAMAGED if sniff.begins_as_picture(file.read(16)) else UNKNOWN
    except Exception as error:  # a format that we know, with nonsense in its header
        too_much = "too large" in str(error) or "Too much memory" in str(error)  # Pillow, of texts and profiles
        problem = HEAVY if too_much else DAMAGED
    raise Refused(problem)


def format_of(image: Image.Image) -> str:
    """One of FORMATS. Phones append a second picture (depth, more brightness) to a JPEG; Pillow calls that MPO."""
    return "JPEG" if image.format == "MPO" else image.format or ""


def exif(image: Image.Image) -> Image.Exif:
    """What the header holds of EXIF; empty where there is none or it is broken. Decodes no pixels: of a PNG, whose
    own getexif() decodes it all to look behind its pixels as well, only what comes before them."""
    try:
        return Image.Image.getexif(image)
    except Exception:  # EXIF is written by anybody; a broken one is no reason to lose the picture
        return Image.Exif()


def orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; 1 where there is none or it is nonsense. HEIF is turned by its decoder."""
    value = 1 if image.format == "HEIF" else exif(image).get(0x0112, 1)
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
    if format_of(image) in ("AVIF", "HEIF"):
        _refuse_hidden_pixels(file, image)
    if memory_needed(file, image, limits) > limits.max_decode_bytes:
        name = _NAMES[format_of(image)]
        raise Refused(
            f"With {width} × {height} pixels this {name} picture needs more memory than this service has. Save it as"
            " JPEG (not progressive), or make it smaller, and upload it again."
        )


def memory_needed(file: BinaryIO, image: Image.Image, limits: Limits) -> int:
    """Bytes that decoding and shrinking the picture, opened from `file`, takes. Refused as `_jpeg_structure`."""
    kept = _jpeg_structure(file, limits).bytes_kept_per_pixel if format_of(image) == "JPEG" else 0.0
    in_bands = png.layout(file) is not None
    return memory.needed(image, format_of(image), file.seek(0, 2), kept=kept, in_bands=in_bands)


def _jpeg_structure(file: BinaryIO, limits: Limits) -> jpeg.Structure:
    """How the JPEG is built; Refused where decoding it would take too long, however small it is."""
    try:
        with _bytes_of(file) as data:
            built = jpeg.structure(data, limits.max_scans)
    except ValueError:
        raise Refused(DAMAGED) from None
    if built.scans > limits.max_scans:
        raise Refused(
            f"The picture is built of more than {limits.max_scans} scans, which no camera writes and which takes"
            " very long to decode. Save it again as JPEG and upload that."
        )
    if not built.usual:
        raise Refused(
            "The picture is a rare kind of JPEG (lossless or arithmetic) that browsers don't show. Save it again as"
            " ordinary JPEG and upload that."
        )
    return built


@contextmanager
def _bytes_of(file: BinaryIO) -> Iterator[Any]:
    """All bytes of the file, like `bytes`; those of a file on disk are not held in memory."""
    try:
        number = file.fileno()
    except OSError:  # in memory already
        file.seek(0)
        yield file.read()
        return
    with mmap.mmap(number, 0, access=mmap.ACCESS_READ) as mapped:
        yield mapped


def _refuse_hidden_pixels(file: BinaryIO, image: Image.Image) -> None:
    """Tiles and transparency make up to about three times the pixels that are seen; ten times is an attack."""
    file.seek(0)
    try:
        decoded = isobmff.decoded_pixels(file.read())
    except ValueError:
        raise Refused(DAMAGED) from None
    if decoded > 4 * image.width * image.height + 4_000_000:
        raise Refused(
            f"To show {image.width} × {image.height} pixels, {decoded / 1e6:.0f} million would have to be decoded."
            " Save the picture again as JPEG and upload that."
        )
