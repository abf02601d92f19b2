"""Some of Pillow's rules relaxed, in this process: what browsers show whole is taken, what lacks pixels is not.

LOAD_TRUNCATED_IMAGES is no help: with it, a file that lacks a quarter of its pixels decodes to grey without an error.
"""

from typing import Any

from PIL import Image, JpegImagePlugin, PngImagePlugin

# Colours by mode that whole rows don't have.
_UNTOUCHED: dict[str, Any] = {"L": 3, "RGB": (3, 251, 7), "CMYK": (3, 251, 7, 249)}
_LATE_ROWS = 32  # of two rows of blocks: libjpeg decodes them only when it has seen what comes behind
END = b"\xff\xd9"
# Pixels to a decoder that misses some, and of no interest to one that has them all. It begins with what makes a last
# byte FF of the file plain data, and holds no marker.
MORE = b"\0" + bytes(37 * number % 251 for number in range(4096)) + END
_strict_crc = PngImagePlugin.ChunkStream.crc


def apply() -> None:
    """A JPEG may lack its end marker, a PNG's texts may have a wrong checksum, and what its colours mean is kept."""
    setattr(PngImagePlugin.PngStream, "chunk_cICP", _cicp)  # noqa: B010
    setattr(PngImagePlugin.ChunkStream, "crc", _crc)  # noqa: B010  (mypy minds the plain assignment)
    setattr(JpegImagePlugin.JpegImageFile, "load_prepare", _paint)  # noqa: B010
    setattr(JpegImagePlugin.JpegImageFile, "load_read", _read)  # noqa: B010


def _crc(stream: Any, kind: bytes, data: bytes) -> None:
    """Pixels depend only on chunks whose name begins with a capital letter (PNG specification, 5.4)."""
    if kind[0] & 0x20:
        stream.crc_skip(kind, data)
    else:
        _strict_crc(stream, kind, data)


def _cicp(stream: Any, _position: int, length: int) -> bytes:
    """A PNG's primaries, transfer characteristics, matrix and range, which Pillow skips."""
    data: bytes = stream.fp.read(length)
    if len(data) == 4:
        stream.im_info["cicp"] = tuple(data)
    return data


def _paint(image: Any) -> None:
    """Before decoding: in a colour that shows which rows were not reached."""
    image.im = Image.new(image.mode, image.size, _UNTOUCHED[image.mode]).im


def lacks_end(image: Image.Image) -> bool:
    """Whether a JPEG that was loaded has no end marker of its own. Then other pixels come of MORE than of END as its
    attribute `end`, if it was cut off."""
    return getattr(image, "lacks_end", False)


def _read(image: Any, count: int) -> bytes:
    """The next bytes; the end marker where the file ends without one and all rows are there."""
    data: bytes = image.fp.read(count)
    if not data and _reached_the_end(image):
        image.lacks_end = True
        return getattr(image, "end", END)
    return data


def _reached_the_end(image: Any) -> bool:
    """Of a progressive picture nobody can say: libjpeg waits for its end before it puts out a row."""
    if "progressive" in image.info:
        return True
    scale = image.decoderconfig[0] if image.decoderconfig else 1
    row = image.height - 1 - _LATE_ROWS // scale
    places = [(x, row) for x in (0, image.width // 2, image.width - 1)]
    return row < 0 or any(image.im.getpixel(place) != _UNTOUCHED[image.mode] for place in places)
