"""Pictures for tests, made on the spot: photo-like ones of any size, every format, and the hostile ones.

Functions return the encoded bytes unless they say otherwise. Everything is deterministic.
HEIC can't be encoded by what we install, so three small files lie in tests/fixtures/pictures (README.md there).
"""

import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

FIXTURES = Path(__file__).parent / "fixtures" / "pictures"
QUADRANTS = {(0, 0): (200, 30, 30), (1, 0): (30, 160, 40), (0, 1): (30, 60, 200), (1, 1): (230, 230, 230)}
GPS_TEXT = b"35 Secret Lane"  # in every metadata block that we make: no derivative may hold it


def photo(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """A photo-like image: soft shapes of colour under fine grain, so that encoders find what they find in photos.
    48 MP take about three seconds."""
    numbers = random.Random(seed)
    shapes = Image.frombytes("RGB", (16, 12), numbers.randbytes(16 * 12 * 3))
    image = shapes.resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (256, 256), bytes(128 + round(numbers.gauss(0, 9)) for _ in range(256 * 256)))
    full = Image.new("L", (width, height))
    full.paste(grain.resize((min(width, 256), min(height, 256))), (0, 0))
    done = (min(width, 256), min(height, 256))
    while done[0] < width or done[1] < height:  # double it until it covers everything
        x, y = (done[0], 0) if done[0] < width else (0, done[1])
        full.paste(full.crop((0, 0, *done)), (x, y))
        done = (min(done[0] * 2, width), done[1]) if x else (done[0], min(done[1] * 2, height))
    return ImageChops.add(image, Image.merge("RGB", [full] * 3), offset=-128)


def quadrants(width: int = 64, height: int = 48) -> Image.Image:
    """Red, green / blue, white: shows at a glance whether a picture was turned, mirrored or recoloured."""
    image = Image.new("RGB", (width, height))
    for (x, y), colour in QUADRANTS.items():
        image.paste(colour, (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
    return image


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    """The image in a format of Pillow's, with the options of its `save`."""
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def jpeg(width: int = 640, height: int = 480, *, seed: int = 1, quality: int = 88, **options: Any) -> bytes:
    """A photo as cameras write it. Options of Pillow's JPEG: progressive, exif, icc_profile, subsampling …"""
    return encoded(photo(width, height, seed), "JPEG", quality=quality, **options)


def png(width: int = 640, height: int = 480, **options: Any) -> bytes:
    return encoded(photo(width, height), "PNG", compress_level=1, **options)


def png_with_alpha(width: int = 640, height: int = 480) -> bytes:
    """Opaque on the left, transparent on the right; the colour below the transparent part is pure green."""
    image = Image.new("RGBA", (width, height), (0, 255, 0, 0))
    image.paste((*QUADRANTS[0, 0], 255), (0, 0, width // 2, height))
    return encoded(image, "PNG")


def webp(width: int = 640, height: int = 480, **options: Any) -> bytes:
    return encoded(photo(width, height), "WEBP", method=0, **options)


def gif() -> bytes:
    """Animated: the first frame shows the quadrants, the second is black."""
    return encoded(quadrants(), "GIF", save_all=True, append_images=[Image.new("RGB", (64, 48))], duration=100)


def avif(width: int = 640, height: int = 480, **options: Any) -> bytes:
    return encoded(photo(width, height), "AVIF", speed=10, **options)


def heic() -> bytes:
    """320 x 240 quadrants, with GPS in EXIF and the Display P3 profile."""
    return (FIXTURES / "quadrants.heic").read_bytes()


def heic_turned() -> bytes:
    """The same picture as phones write portraits: stored lying, with the `irot` property to stand it up."""
    return (FIXTURES / "turned.heic").read_bytes()


def heic_grid(columns: int, rows: int, size: tuple[int, int] | None = None, codes: tuple[int, int] = (1, 13)) -> bytes:
    """A HEIC of tiles of 512 px, as phones write it; `size` is what it says to have (ISO/IEC 23008-12, 6.6.2.3), and
    `codes` what its colours mean (ITU-T H.273)."""
    tile = (FIXTURES / "tile.heic").read_bytes()
    start = struct.unpack(">I", tile[(at := tile.index(b"iloc") + 16) : at + 4])[0]
    frame, config = tile[start:], tile[(at := tile.index(b"hvcC") - 4) : at + struct.unpack(">I", tile[at : at + 4])[0]]
    width, height = size or (columns * 512, rows * 512)
    ids, items = range(2, columns * rows + 2), columns * rows + 1
    grid = struct.pack(">4B2I", 0, 1, rows - 1, columns - 1, width, height)

    def boxes(data_at: int) -> bytes:
        infe = [_box("infe", struct.pack(">I2H4sB", 2 << 24, 1, 0, b"grid", 0))]
        infe += [_box("infe", struct.pack(">I2H4sB", 2 << 24 | 1, i, 0, b"hvc1", 0)) for i in ids]
        iloc = [struct.pack(">3H2I", 1, 0, 1, data_at, len(grid))]
        iloc += [struct.pack(">3H2I", i, 0, 1, data_at + len(grid), len(frame)) for i in ids]
        sizes = [_box("ispe", struct.pack(">3I", 0, *size)) for size in ((width, height), (512, 512))]
        colours = _box("colr", b"nclx", struct.pack(">3HB", *codes, 6, 0x80))
        ipma = struct.pack(">2I", 0, items) + struct.pack(">H3B", 1, 2, 0x81, 0x84)
        ipma += b"".join(struct.pack(">H3B", i, 2, 0x82, 0x83) for i in ids)
        return _box(
            "meta",
            bytes(4),
            _box("hdlr", bytes(8), b"pict", bytes(13)),
            _box("pitm", struct.pack(">IH", 0, 1)),
            _box("iinf", struct.pack(">IH", 0, items), *infe),
            _box("iloc", struct.pack(">I2BH", 0, 0x44, 0, items), *iloc),
            _box("iref", bytes(4), _box("dimg", struct.pack(f">2H{len(ids)}H", 1, len(ids), *ids))),
            _box("iprp", _box("ipco", *sizes, config, colours), _box("ipma", ipma)),
        )

    kind = _box("ftyp", b"heic", bytes(4), b"mif1heic")
    return kind + boxes(len(kind) + len(boxes(0)) + 8) + _box("mdat", grid, frame)


def _box(kind: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind.encode() + body


def with_second_picture() -> bytes:
    """A JPEG with another one behind it and an index of both, as phones add a map of depth or brightness."""
    return encoded(quadrants(), "MPO", save_all=True, append_images=[Image.new("RGB", (32, 24))], quality=95)


def every_format(width: int = 640, height: int = 480) -> dict[str, bytes]:
    """One good picture of each accepted format, by extension (HEIC always has 320 x 240 pixels)."""
    return {
        "jpg": jpeg(width, height),
        "png": png(width, height),
        "webp": webp(width, height),
        "gif": encoded(photo(width, height), "GIF"),
        "avif": avif(width, height),
        "heic": heic(),
    }


# Metadata


def exif(orientation: int = 1, taken: str = "2024:05:17 18:30:00") -> bytes:
    """EXIF as phones write it: orientation, when it was taken, and where (GPS)."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = GPS_TEXT.decode()  # ImageDescription
    data.get_ifd(0x8769)[0x9003] = taken  # DateTimeOriginal
    data.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return data.tobytes()


def with_metadata(width: int = 640, height: int = 480, **options: Any) -> bytes:
    """A JPEG with all that a derivative must not have: EXIF with GPS, XMP, a comment and an ICC profile."""
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + GPS_TEXT + b"</x:xmpmeta>"
    return jpeg(width, height, exif=exif(), xmp=xmp, comment=GPS_TEXT, icc_profile=display_p3(), **options)


def oriented(orientation: int, format: str = "JPEG", width: int = 64, height: int = 48) -> bytes:
    """The quadrants, stored as a camera held in that way stores them: they are to be seen upright, width x height."""
    undo = {  # what a camera did to the upright picture; CIPA DC-008, table of the orientation tag
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = quadrants(width, height)
    if orientation in undo:
        stored = stored.transpose(undo[orientation])
    options: dict[str, Any] = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}.get(format, {})
    return encoded(stored, format, exif=exif(orientation), **options)


@cache
def display_p3() -> bytes:
    """An ICC profile with the primaries of Display P3 and the curve of sRGB (ICC.1:2001-04, matrix/TRC)."""
    curve = [_srgb_to_linear(i / 1023) for i in range(1024)]
    trc = b"curv" + struct.pack(">II", 0, 1024) + b"".join(struct.pack(">H", round(y * 65535)) for y in curve)
    return _icc(trc, (0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


@cache
def adobe_rgb() -> bytes:
    """An ICC profile as Adobe RGB (1998): its primaries, and a power of 563/256."""
    trc = b"curv" + struct.pack(">IIH2x", 0, 1, 563)
    return _icc(trc, (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


def _icc(trc: bytes, *columns: tuple[float, float, float]) -> bytes:
    name = b"RGB for tests\0"
    tags = {
        b"desc": b"desc" + struct.pack(">II", 0, len(name)) + name + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": _xyz(*columns[0]),
        b"gXYZ": _xyz(*columns[1]),
        b"bXYZ": _xyz(*columns[2]),
        b"rTRC": trc,
        b"gTRC": trc,
        b"bTRC": trc,
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, data in tags.items():
        body += bytes(-len(body) % 4)
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data
    header = struct.pack(">I4sI4s4s4s", 0, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _xyz(0.9642, 1.0, 0.8249)[8:]
    profile = header.ljust(128, b"\0") + table + body
    return struct.pack(">I", len(profile)) + profile[4:]


def _srgb_to_linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(value * 65536)) for value in values)


# Hostile pictures


def scan_bomb(scans: int = 1000, width: int = 4000, height: int = 3000) -> bytes:
    """A progressive JPEG whose last scan is repeated: some bytes each, and about 11 ms to decode each at 12 MP."""
    data = encoded(Image.new("L", (width, height), 90), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + b"\xff\xd9"


def hidden_scan_bomb(scans: int = 1000) -> bytes:
    """The same behind a TEM marker, which has no length: who reads one there leaps over the scans."""
    data = scan_bomb(scans)
    last = data.rindex(b"\xff\xda")
    first_of_them = data.index(data[last:-2])
    return data[:first_of_them] + b"\xff\x01\xff\xff" + data[first_of_them:]


def one_scan_each(width: int = 640, height: int = 480) -> bytes:
    """A baseline JPEG with a scan for each of its three components: libjpeg keeps all coefficients of such a one, as
    of a progressive JPEG. Made of a grey JPEG whose only scan is used three times."""
    grey = encoded(photo(width, height).convert("L"), "JPEG")
    frame, scan = grey.index(b"\xff\xc0"), grey.index(b"\xff\xda")
    header = grey[frame + 4 : frame + 9] + b"\3" + b"".join(bytes([i, 0x11, 0]) for i in (1, 2, 3))
    scans = b"".join(b"\xff\xda\0\x08\1" + bytes([i]) + grey[scan + 6 : -2] for i in (1, 2, 3))
    before, between = grey[:frame], grey[frame + 13 : scan]
    return before + b"\xff\xc0\0\x11" + header + between + scans + b"\xff\xd9"


def with_chunks(png: bytes, *chunks: bytes) -> bytes:
    """The PNG with more chunks before its pixels."""
    at = png.index(b"IDAT") - 4
    return png[:at] + b"".join(chunks) + png[at:]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@cache
def png_of(width: int, height: int, *extra: bytes, mode: int = 2, depth: int = 8, rows: int = -1) -> bytes:
    """A black PNG by hand, with chunks of one's own before its pixels; `mode` is PNG's colour type (2: RGB), `rows`
    how many of its rows are there."""
    bits = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[mode] * depth
    packer, packed = zlib.compressobj(9), b""
    end = height if rows < 0 else rows
    for start in range(0, end, 256):
        packed += packer.compress(bytes((1 + (width * bits + 7) // 8) * min(256, end - start)))
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, mode, 0, 0, 0))
    pixels = png_chunk(b"IDAT", packed + packer.flush())
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + pixels + png_chunk(b"IEND", b"")


def pixel_bomb() -> bytes:
    """A PNG of 1,600 megapixels in about 200 KB."""
    return png_of(40_000, 40_000, mode=0, depth=1)


def memory_bomb() -> bytes:
    """A PNG of 16 bits below the limit of pixels; decoded and converted as a whole it takes 700 MB."""
    return png_of(10_000, 9_900, mode=0, depth=16)


def profile_bomb(megabytes: int = 200) -> bytes:
    """A small PNG with an ICC profile that unpacks to many megabytes."""
    return png_of(64, 48, png_chunk(b"iCCP", b"bomb\0\0" + _zeros(megabytes)))


def text_bomb(chunks: int = 200, kind: bytes = b"zTXt") -> bytes:
    """A small PNG with many texts, each of which unpacks to a megabyte."""
    text = b"\0\0" + _zeros(1) if kind == b"zTXt" else b"\0\1\0\0\0" + _zeros(1)
    return png_of(64, 48, *(png_chunk(kind, b"Comment%d" % i + text) for i in range(chunks)))


@cache
def _zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


def webp_bomb(width: int = 9_990, height: int = 10_000) -> bytes:
    """A lossless WebP of some 40 bytes: each of its five prefix codes has one symbol, so that pixels take no bits
    (RFC 9649, section 3.7.2.1.1)."""
    bits = [(0x2F, 8), (width - 1, 14), (height - 1, 14), (0, 1 + 3), (0, 1), (0, 1), (0, 1)]
    bits += [(1, 1), (0, 1), (1, 1), (77, 8)] * 4 + [(1, 1), (0, 1), (0, 1), (0, 1)]
    number = length = 0
    for value, size in bits:
        number |= value << length
        length += size
    body = number.to_bytes((length + 7) // 8 + 1, "little")
    body += bytes(len(body) % 2)
    return b"RIFF" + struct.pack("<I", 12 + len(body)) + b"WEBPVP8L" + struct.pack("<I", len(body)) + body


def gif_bomb(width: int = 65_535, height: int = 65_535) -> bytes:
    """A GIF with a huge canvas and a frame of one pixel."""
    small = encoded(Image.new("P", (1, 1)), "GIF")
    return small[:6] + struct.pack("<HH", width, height) + small[10:]


def with_declared_size(data: bytes, width: int, height: int) -> bytes:
    """A HEIC or AVIF whose header (every `ispe` box) says another size than its pixels have."""
    start = 0
    while (start := data.find(b"ispe", start) + 4) > 3:
        data = data[: start + 4] + struct.pack(">II", width, height) + data[start + 12 :]
    return data


def truncated(data: bytes, share: float = 0.6) -> bytes:
    return data[: int(len(data) * share)]


def pdf_polyglot() -> bytes:
    """A JPEG that shows in a browser, and a PDF for who opens it as one."""
    return jpeg(64, 48, comment=b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj")


NOT_PICTURES = {
    "svg": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!DOCTYPE html><html><script>alert(document.domain)</script></html>",
    "pdf": b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n",
    "mp4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(64),
    "mov": b"\0\0\0\x14ftypqt  \0\0\2\0qt  " + bytes(64),
    "zip": b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(64),
    "tiff": encoded(Image.new("RGB", (8, 8)), "TIFF"),
    "bmp": encoded(Image.new("RGB", (8, 8)), "BMP"),
    "psd": b"8BPS\0\1" + bytes(64),
    "ico": encoded(Image.new("RGB", (16, 16)), "ICO"),
    "jp2": encoded(Image.new("RGB", (16, 16)), "JPEG2000"),
    "gz": b"\x1f\x8b\x08\0" + bytes(64),
    "txt": b"The quick brown fox jumps over the lazy dog. " * 20,
}
GARBAGE = random.Random(4).randbytes(5000)

# name: (its bytes, a part of the sentence that refuses it)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.jpg": (lambda: b"", "is empty"),
    "drawing.svg": (lambda: NOT_PICTURES["svg"], "SVG"),
    "page.jpg": (lambda: NOT_PICTURES["html"], "web page"),
    "document.jpg": (lambda: NOT_PICTURES["pdf"], "PDF"),
    "both.jpg": (pdf_polyglot, "PDF document disguised"),
    "noise.jpg": (lambda: GARBAGE, "not a picture"),
    "note.jpg": (lambda: NOT_PICTURES["txt"], "not a picture"),
    "cut.jpg": (lambda: truncated(jpeg()), "damaged or was cut off"),
    "cut.png": (lambda: truncated(png()), "damaged or was cut off"),
    "cut.webp": (lambda: truncated(webp()), "is damaged"),
    "cut.gif": (lambda: truncated(encoded(photo(), "GIF")), "damaged or was cut off"),
    "cut.avif": (lambda: truncated(avif()), "damaged or was cut off"),
    "cut.heic": (lambda: truncated(heic()), "damaged or was cut off"),
    "lossless.jpg": (lambda: jpeg(64, 48).replace(b"\xff\xc0", b"\xff\xc3"), "damaged"),
    "many.png": (pixel_bomb, "pixels"),
    "profile.png": (profile_bomb, "colour profile"),
    "texts.png": (text_bomb, "texts"),
    "international-texts.png": (lambda: text_bomb(kind=b"iTXt"), "texts"),
    "larger-than-said.heic": (lambda: with_declared_size(heic(), 64, 64), "damaged"),
    "smaller-than-said.avif": (lambda: with_declared_size(avif(), 9000, 9000), "more memory"),
    "huge.webp": (webp_bomb, "more memory"),
    "huge.gif": (gif_bomb, "pixels"),
    "film.jpg": (lambda: NOT_PICTURES["mp4"], "video"),
    "film.mov": (lambda: NOT_PICTURES["mov"], "video"),
    "layers.jpg": (lambda: NOT_PICTURES["psd"], "Photoshop"),
    "icon.png": (lambda: NOT_PICTURES["ico"], "icon"),
    "other.jpg": (lambda: NOT_PICTURES["jp2"], "JPEG 2000"),
    "drawing.svgz": (lambda: NOT_PICTURES["gz"], "archive"),
    "archive.jpg": (lambda: NOT_PICTURES["zip"], "ZIP"),
    "scan.tiff": (lambda: NOT_PICTURES["tiff"], "TIFF"),
    "old.bmp": (lambda: NOT_PICTURES["bmp"], "BMP"),
}
