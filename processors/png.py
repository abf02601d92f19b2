"""Large PNGs, decoded a band of rows at a time: whole, one of 24 megapixels takes 96 MB.

Each band is inflated here and handed to Pillow as a small PNG of its own, which undoes the filters (W3C PNG, 9: a row
may refer to the one above it, so the last row of a band is repeated at the top of the next).
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type (11.2.1)
_LARGE = 4_000_000  # pixels; below it there is nothing to gain
_PALETTE_BYTES = 256 * 3
_BAND_BYTES = 512 * 1024
_READ_BYTES = 64 * 1024


@dataclass(frozen=True)
class Layout:
    """Of a PNG that is read in bands: large, 8 bits a channel, not interlaced. `extra`: its palette and transparency,
    as chunks."""

    width: int
    height: int
    colour_type: int
    extra: bytes

    @property
    def row_bytes(self) -> int:
        return 1 + self.width * _CHANNELS[self.colour_type]


def layout(file: BinaryIO) -> Layout | None:
    """How the PNG in a seekable file is laid out; None where it is none, or is to be decoded whole."""
    file.seek(0)
    head = file.read(33)
    if len(head) < 33 or not head.startswith(_SIGNATURE + b"\0\0\0\x0dIHDR"):
        return None
    width, height, depth, colour_type, _, _, interlaced = struct.unpack_from(">IIBBBBB", head, 16)
    if width * height < _LARGE or depth != 8 or interlaced or colour_type not in _CHANNELS:
        return None
    extra = b""
    for kind, size in _chunks(file):
        if kind == b"IDAT":
            break
        if kind in (b"PLTE", b"tRNS"):
            extra += _chunk(kind, file.read(min(size, _PALETTE_BYTES)))
    return Layout(width, height, colour_type, extra)


def bands(file: BinaryIO, layout: Layout, multiple: int = 1) -> Iterator[Image.Image]:
    """The picture from top to bottom, decoded, in bands whose height is a multiple of `multiple` (but the last one's).
    ValueError where it is cut off; zlib.error or Pillow's own where it is damaged otherwise."""
    rows = max(1, _BAND_BYTES // layout.row_bytes // multiple) * multiple
    above, todo, waiting = bytes(layout.row_bytes - 1), layout.height, bytearray()
    for piece in _inflated(file):
        waiting += piece
        while todo and len(waiting) >= (size := min(rows, todo) * layout.row_bytes):
            band = _decoded(layout, above, bytes(waiting[:size]))
            del waiting[:size]
            todo -= band.height
            above = band.crop((0, band.height - 1, band.width, band.height)).tobytes()
            yield band
        if not todo:
            return
    raise ValueError("the picture is cut off")


def _decoded(layout: Layout, above: bytes, rows: bytes) -> Image.Image:
    height = len(rows) // layout.row_bytes
    header = struct.pack(">IIBBBBB", layout.width, height + 1, 8, layout.colour_type, 0, 0, 0)
    pixels = zlib.compress(b"\0" + above + rows, 0)
    data = _SIGNATURE + _chunk(b"IHDR", header) + layout.extra + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        band = image.crop((0, 1, layout.width, height + 1))
    band.info = image.info
    return band


def _inflated(file: BinaryIO) -> Iterator[bytes]:
    """The rows as they are stored, in pieces of limited size however well they are packed."""
    inflate = zlib.decompressobj()
    for kind, size in _chunks(file):
        if kind != b"IDAT":
            continue
        while size and (packed := file.read(min(size, _READ_BYTES))):
            size -= len(packed)
            while packed:
                yield inflate.decompress(packed, _BAND_BYTES)
                packed = inflate.unconsumed_tail


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Kind and size of each chunk; at its turn the file stands at its data."""
    at = len(_SIGNATURE)
    while file.seek(at) == at and len(head := file.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        yield kind, size
        at += 12 + size


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
