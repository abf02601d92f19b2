"""What decoding a HEIC or AVIF file takes, from its boxes (ISO/IEC 14496-12 and 23008-12), without decoding it.

The size that its header declares may lie in two ways, and each costs seconds and gigabytes: a small grid may be built
of a thousand large tiles, and libavif decodes a frame whatever its size is said to be. (libheif checks the latter.)
"""

import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from processors import av1

_MAX_DEPTH = 4  # derived pictures within derived pictures: an overlay of grids is two
_MAX_PARTS = 2000  # a phone's 48 MP picture has 192 tiles
_MAX_META = 1024 * 1024  # bytes of the `meta` box: a phone's has about 10,000


@dataclass
class _Meta:
    """The `meta` box: what items the file has, and what belongs to which."""

    primary: int = 0
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    of_item: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # indices of properties
    made_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    where: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)  # (method, offset, length)
    idat: bytes = b""

    def get(self, item: int, kind: bytes) -> bytes | None:
        """The item's first property of this kind."""
        found = (self.properties[i - 1] for i in self.of_item[item] if 0 < i <= len(self.properties))
        return next((body for name, body in found if name == kind), None)


def decoded_pixels(data: bytes) -> int:
    """How many pixels are decoded, all tiles and the transparency included, to show the picture in `data`.
    ValueError where the boxes make no sense."""
    try:
        body = next(body for kind, body in _boxes(data) if kind == b"meta")
        if len(body) > _MAX_META:
            raise ValueError("the description of the picture is too long")
        meta = _read_meta(body)
        parts = list(islice(_needed(meta, meta.primary, _MAX_DEPTH), _MAX_PARTS + 1))
        if len(parts) > _MAX_PARTS:
            raise ValueError("the picture has too many parts")
        _check_frames(data, meta, set(parts))
        return sum(_declared(meta, item) for item in parts)
    except (struct.error, IndexError, StopIteration):
        raise ValueError("the boxes of this file are damaged") from None


def _needed(meta: _Meta, item: int, depth: int) -> Iterator[int]:
    if depth == 0:
        raise ValueError("pictures within pictures")
    yield item
    for part in meta.made_of[item]:
        yield from _needed(meta, part, depth - 1)


def _declared(meta: _Meta, item: int) -> int:
    """Pixels that the item is said to have; a grid has no frame of its own, but memory for its pixels."""
    ispe = meta.get(item, b"ispe")
    width, height = struct.unpack_from(">II", ispe, 4) if ispe else (0, 0)
    return int(width * height)


def _check_frames(data: bytes, meta: _Meta, items: set[int]) -> None:
    """ValueError where an AV1 frame is larger than it is said to be."""
    left = len(data)  # no byte belongs to two frames: else a small file could be read a thousand times
    for item in items:
        if meta.get(item, b"av1C") is None:
            continue
        extents = [_extent(data, meta, *extent) for extent in meta.where.get(item, [])]
        left -= sum(map(len, extents))
        if left < 0:
            raise ValueError("frames share their bytes")
        if av1.largest_frame(b"".join(extents)) > _declared(meta, item):
            raise ValueError("the frame is larger than it is said to be")


def _extent(data: bytes, meta: _Meta, method: int, offset: int, length: int) -> memoryview:
    if method > 1:  # 2, an extent of another item, holds nothing that libavif decodes
        raise ValueError("unusual item location")
    source = memoryview(meta.idat if method else data)
    return source[offset : offset + length] if length else source[offset:]


def _boxes(data: bytes, start: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each box, one after the other."""
    while start + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, start + 8), 16
        size = size or len(data) - start  # 0: to the end of the file
        if size < head:
            raise ValueError("a box is smaller than its own header")
        yield kind, data[start + head : start + size]
        start += size


def _read_meta(body: bytes) -> _Meta:
    meta, locations = _Meta(), b""
    for kind, inner in _boxes(body, 4):
        if kind == b"pitm":
            (meta.primary,) = struct.unpack_from(">I" if inner[0] else ">H", inner, 4)
        elif kind == b"iloc":
            locations = inner
        elif kind == b"idat":
            meta.idat = inner
        elif kind == b"iref":
            _read_references(meta, inner)
        elif kind == b"iprp":
            _read_properties(meta, inner)
    if locations:
        _read_locations(meta, locations)
    return meta


def _read_references(meta: _Meta, body: bytes) -> None:
    size = ">I" if body[0] else ">H"
    for kind, inner in _boxes(body, 4):
        step = struct.calcsize(size)
        source, (count,) = struct.unpack_from(size, inner)[0], struct.unpack_from(">H", inner, step)
        targets = [struct.unpack_from(size, inner, 2 + step * (i + 1))[0] for i in range(count)]
        if kind == b"dimg":
            meta.made_of[source] += targets
        elif kind == b"auxl":  # transparency and the like, which belong to the target
            for target in targets:
                meta.made_of[target].append(source)


def _read_properties(meta: _Meta, body: bytes) -> None:
    for kind, inner in _boxes(body):
        if kind == b"ipco":
            meta.properties += list(_boxes(inner))
        elif kind == b"ipma":
            version, wide = inner[0], inner[3] & 1
            (count,) = struct.unpack_from(">I", inner, 4)
            at = 8
            for _ in range(count):
                item, number = struct.unpack_from(">IB" if version else ">HB", inner, at)
                at += 5 if version else 3
                indices = struct.unpack_from(f">{number}{'H' if wide else 'B'}", inner, at)
                at += number * (2 if wide else 1)
                meta.of_item[item] += [index & (0x7FFF if wide else 0x7F) for index in indices]


def _read_locations(meta: _Meta, body: bytes) -> None:
    version = body[0]
    sizes = body[4] >> 4, body[4] & 15, body[5] >> 4, (body[5] & 15 if version else 0)
    reader = _Numbers(body, 6)
    for _ in range(reader.take(4 if version == 2 else 2)):
        item = reader.take(4 if version == 2 else 2)
        method = reader.take(2) & 15 if version else 0
        reader.take(2)
        base = reader.take(sizes[2])
        extents, count = [], reader.take(2)
        if count > 1 and not sizes[1]:  # each without a length would be the whole rest of the file
            raise ValueError("several extents without a length")
        for _ in range(count):
            reader.take(sizes[3])
            offset = base + reader.take(sizes[0])
            extents.append((method, offset, reader.take(sizes[1])))
        meta.where[item] = extents


class _Numbers:
    """Big-endian numbers of any width, one after the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, size: int) -> int:
        self.at += size
        if self.at > len(self.data):
            raise IndexError
        return int.from_bytes(self.data[self.at - size : self.at], "big")
