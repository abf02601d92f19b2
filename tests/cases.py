"""Small files that the first release got wrong, or that cost it much: made here, beside what is right for each.

Half of them are good pictures with a flaw; the others are attacks. `WHAT` says it in words; the tests in
tests/processors/images hold it.
"""

import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image

from tests import pictures
from tests.pictures import encoded, png_chunk, png_of

RED, BLUE = (220, 40, 40), (90, 160, 200)
Case = tuple[Callable[[], bytes], str]


def _photo(**options: Any) -> bytes:
    return encoded(Image.effect_noise((600, 400), 60).convert("RGB"), "JPEG", quality=90, **options)


def no_end_marker(**options: Any) -> bytes:
    return _photo(**options)[:-2]


def cut(share: float, **options: Any) -> bytes:
    """A JPEG that lacks so much of its data."""
    data = _photo(**options)
    return data[: round(len(data) * (1 - share))]


def bad_text_crc() -> bytes:
    broken = bytearray(png_chunk(b"tEXt", b"Comment\0hello"))
    broken[-1] ^= 1
    return png_of(64, 48, bytes(broken))


def bad_header_crc() -> bytes:
    data = bytearray(png_of(64, 48))
    data[32] ^= 1  # behind a signature of 8 bytes, length and name of 8, and a header of 13
    return bytes(data)


def interlaced() -> bytes:
    """A PNG of 1 x 4 pixels in passes, of which three of seven have rows here (PNG specification, 8.2)."""
    rows = b"".join(b"\0" + bytes(range(90 + 3 * n, 93 + 3 * n)) for n in range(4))
    head = struct.pack(">IIBBBBB", 1, 4, 8, 2, 0, 0, 1)
    pixels = png_chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + pixels + png_chunk(b"IEND", b"")


def animated_avif() -> bytes:
    frames = [Image.new("RGB", (64, 64), name) for name in ("red", "blue")]
    return encoded(frames[0], "AVIF", save_all=True, append_images=frames[1:])


def one_row() -> bytes:
    return png_of(99_000_000, 1, mode=6, rows=0)


def three_rows() -> bytes:
    return png_of(30_000_000, 3, mode=6, rows=0)


def widest_that_is_allowed() -> bytes:
    return png_of(65_535, 1_525, mode=6)


def tallest_that_is_allowed() -> bytes:
    return png_of(1, 65_535)


def black_png() -> bytes:
    return png_of(9_990, 10_000)


def uvlc(size: int = 120_000) -> bytes:
    """A second AV1 sequence header behind the picture's data, with one number of some hundred thousand zero bits
    (AV1 specification, 4.10.3: uvlc)."""
    data = bytearray(encoded(Image.new("RGB", (64, 64), "red"), "AVIF", speed=10))
    bits = "000" + "0" + "0" + "1" + "0" * 64 + "1"
    bits += "0" * (-len(bits) % 8)
    zeros = size // 2
    body = int(bits, 2).to_bytes(len(bits) // 8, "big") + bytes(zeros) + b"\xff" * (zeros + 2)
    hostile = b"\x0a" + _leb128(len(body)) + body
    mdat = data.index(b"mdat")
    length = len(data) - mdat - 4
    at = data.index(struct.pack(">I", length), data.index(b"iloc"))
    data[at : at + 4] = struct.pack(">I", length + len(hostile))
    data[mdat - 4 : mdat] = struct.pack(">I", 8 + length + len(hostile))
    return bytes(data) + hostile


def _leb128(number: int) -> bytes:
    out = b""
    while number >= 128:
        out += bytes([128 | number & 127])
        number >>= 7
    return out + bytes([number])


def scans(side: int = 9992, count: int = 64) -> bytes:
    """A grey progressive JPEG by hand whose scans say in a few bytes, again and again, that nothing changes: one
    end-of-band run (ITU T.81, G.1.2.2) covers up to 32,767 blocks."""
    blocks = ((side + 7) // 8) ** 2
    head = b"\xff\xd8\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([1] * 64)
    head += b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, side, side, 1) + bytes([1, 0x11, 0])
    for place, symbol in ((0x00, 0), (0x10, 0xE0)):
        head += b"\xff\xc4" + struct.pack(">HB", 20, place) + bytes([1] + [0] * 15 + [symbol])
    first = b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes([1, 0, 0, 0, 0]) + bytes((blocks + 7) // 8)
    return head + first + b"".join(_empty_scan(number, blocks) for number in range(count - 1)) + b"\xff\xd9"


def _empty_scan(number: int, blocks: int) -> bytes:
    bits = ""
    while blocks > 0:
        run = min(max(blocks, 16384), 32767)
        bits += "0" + format(run - 16384, "014b")
        blocks -= run
    bits += "1" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    high = 0 if number == 0 else 13 - (number - 1) % 13
    low = 13 if number == 0 else high - 1
    return b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes([1, 0, 1, 63, high << 4 | low]) + data


def frame_smaller_than_screen() -> bytes:
    frame = Image.new("P", (20, 20), 1)
    frame.putpalette([255, 0, 0, 0, 0, 255])
    gif = bytearray(encoded(frame, "GIF", optimize=False))
    at = gif.index(b"\x2c", 13 + 3 * 2 ** ((gif[10] & 7) + 1))
    struct.pack_into("<HH", gif, 6, 60, 60)
    struct.pack_into("<HH", gif, at + 1, 30, 30)
    return bytes(gif)


def nclx(primaries: int, transfer: int, colour: tuple[int, int, int] = RED) -> bytes:
    """An AVIF without an ICC profile whose `colr` box says what its numbers mean (ITU-T H.273)."""
    avif = encoded(Image.new("RGB", (64, 64), colour), "AVIF", quality=95, subsampling="4:4:4")
    at = avif.index(b"colrnclx") + 8
    return avif[:at] + struct.pack(">HH", primaries, transfer) + avif[at + 4 :]


def cicp(primaries: int, transfer: int, colour: tuple[int, int, int] = RED) -> bytes:
    """The same as a PNG."""
    return png_with(png_chunk(b"cICP", bytes([primaries, transfer, 0, 1])), colour=colour)


def png_with(*chunks: bytes, mode: str = "RGB", colour: int | tuple[int, ...] = RED) -> bytes:
    return pictures.with_chunks(encoded(Image.new(mode, (64, 64), colour), "PNG"), *chunks)


def gama(gamma: float) -> bytes:
    return png_chunk(b"gAMA", struct.pack(">I", round(100_000 * gamma)))


def adobe_rgb() -> bytes:
    """Its primaries in a PNG's chunk."""
    return png_chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000))


def with_profile(profile: bytes, format: str = "JPEG", mode: str = "RGB", colour: Any = RED) -> bytes:
    options = {"quality": 98, "subsampling": 0} if format == "JPEG" else {}
    return encoded(Image.new(mode, (64, 64), colour), format, icc_profile=profile, **options)


def one_value_transparent(depth: int, value: int, *key: int, mode: int = 0) -> bytes:
    """A PNG whose every pixel has the one value that stands for transparency; `mode` is PNG's colour type."""
    bits = depth * (3 if mode == 2 else 1)
    row = b"\0" + sum(value << place for place in range(0, 32 * bits, depth)).to_bytes(4 * bits, "big")
    head = struct.pack(">IIBBBBB", 32, 32, depth, mode, 0, 0, 0)
    chunks = [png_chunk(b"IHDR", head)]
    if mode == 3:
        chunks += [png_chunk(b"PLTE", bytes([200, 30, 30] * 2**depth)), png_chunk(b"tRNS", bytes([*key]))]
    else:
        chunks += [png_chunk(b"tRNS", struct.pack(f">{len(key)}H", *key))]
    pixels = png_chunk(b"IDAT", zlib.compress(row * 32))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + pixels + png_chunk(b"IEND", b"")


TAKEN: dict[str, Case] = {
    "no-end-marker.jpg": (no_end_marker, "all pixels are there, FF D9 is missing: browsers show it whole"),
    "half-an-end-marker.jpg": (lambda: _photo()[:-1], "the same"),
    "no-end-marker-restarts.jpg": (lambda: no_end_marker(restart_marker_rows=1), "the same"),
    "no-end-marker-grey.jpg": (lambda: encoded(Image.new("L", (600, 400), 90), "JPEG")[:-2], "the same"),
    "no-end-marker-progressive.jpg": (lambda: no_end_marker(progressive=True), "the data of all its scans is there"),
    "half-an-end-marker-progressive.jpg": (lambda: _photo(progressive=True)[:-1], "the same"),
    "interlaced.png": (interlaced, "in passes"),
    "no-end-chunk.png": (lambda: png_of(64, 48)[:-12], "all pixels are there, IEND is missing"),
    "bad-text-crc.png": (bad_text_crc, "only a text chunk's checksum is wrong"),
    "animated.avif": (animated_avif, "its first picture is taken, as with GIF, WebP and APNG"),
    "frame-smaller-than-screen.gif": (frame_smaller_than_screen, "a canvas of 60 x 60 with a frame of 20 x 20"),
    "tallest.png": (tallest_that_is_allowed, "a pixel wide and as high as allowed"),
}
CUT: dict[str, Case] = {
    "cut-by-a-quarter.jpg": (lambda: cut(0.25), "a quarter of the pixels is missing"),
    "cut-by-a-twentieth.jpg": (lambda: cut(0.05), "the last rows are missing"),
    "cut-by-a-hundredth.jpg": (lambda: cut(0.01), "the last blocks are missing"),
    "cut-restarts.jpg": (lambda: cut(0.25, restart_marker_blocks=3), "a decoder could go on at the next of them"),
    "cut-by-a-quarter-progressive.jpg": (lambda: cut(0.25, progressive=True), "a quarter of its details is missing"),
    "cut-by-a-hundredth-progressive.jpg": (lambda: cut(0.01, progressive=True), "some details are missing"),
    "cut-interlaced.png": (lambda: interlaced()[:-30], "the last pass is missing"),
    "cut.png": (lambda: pictures.truncated(pictures.png(), 0.75), "the last rows are missing"),
    "bad-header-crc.png": (bad_header_crc, "nobody knows what the pixels are"),
}
# name: (what makes it, a part of the sentence that refuses it; "" if it is a good picture that only costs much)
DEAR: dict[str, Case] = {
    "one-row.png": (one_row, "pixels a side"),  # 3,147 MiB in the first release
    "three-rows.png": (three_rows, "pixels a side"),  # accepted, and the workers grew to 4,190 MiB
    "widest.png": (widest_that_is_allowed, ""),
    "black.png": (black_png, ""),  # 99.9 MP
    "uvlc.avif": (uvlc, "damaged"),  # 3.6 s, growing with the square of its size
    "scans.jpg": (scans, ""),  # 199 KB, 4.7 s at the upload and 4.5 s for the thumbnail
    "more-scans.jpg": (lambda: pictures.scan_bomb(300), ""),  # of 12 MP
    "hidden-scans.jpg": (lambda: pictures.hidden_scan_bomb(300), ""),  # behind a marker that parsers trip over
    "huge.webp": (pictures.webp_bomb, "more memory"),  # 99.9 MP in 40 bytes
    "tiles.heic": (lambda: pictures.heic_grid(25, 39, (100, 100)), ""),  # 255 MP behind 100 x 100 pixels
    "smaller-than-said.avif": (lambda: pictures.with_declared_size(pictures.avif(), 9000, 9000), "more memory"),
    "large.png": (pictures.memory_bomb, ""),  # 99 MP of 16 bits
    "profile.png": (pictures.profile_bomb, "colour profile"),
    "texts.png": (pictures.text_bomb, "texts"),
}
COLOURS: dict[str, Case] = {
    "nclx-display-p3.avif": (lambda: nclx(12, 13), "red is about (240, 0, 20) in sRGB"),
    "nclx-bt709.avif": (lambda: nclx(1, 1), "as sRGB: encoders write it so"),
    "nclx-bt2020.avif": (lambda: nclx(9, 14, BLUE), "a wide range of colours"),
    "nclx-gamma-2.2.avif": (lambda: nclx(1, 4), "a plain power"),
    "cicp-display-p3.png": (lambda: cicp(12, 13), "red is about (240, 0, 20)"),
    "cicp-bt709.png": (lambda: cicp(1, 1), "as televisions show it"),
    "cicp-bt2020.png": (lambda: cicp(9, 13, BLUE), "a wide range of colours"),
    "cicp-xyz.png": (lambda: cicp(10, 8, BLUE), "primaries that nothing can show"),
    "cicp-unknown.png": (lambda: cicp(99, 99), "what nobody knows is sRGB"),
    "gamma-1.png": (lambda: png_with(gama(1)), "lighter than the bare values"),
    "gamma-1-grey.png": (lambda: png_with(gama(1), mode="L", colour=120), "lighter, too"),
    "gamma-1-palette.png": (lambda: png_with(gama(1), mode="P", colour=120), "lighter, too"),
    "gamma-of-srgb.png": (lambda: png_with(gama(0.45455)), "as sRGB"),
    "gamma-and-srgb.png": (lambda: png_with(png_chunk(b"sRGB", b"\0"), gama(1)), "the sRGB chunk counts"),
    "gamma-0.png": (lambda: png_with(gama(0)), "nonsense says nothing"),
    "primaries.png": (lambda: png_with(gama(0.45455), adobe_rgb()), "gAMA and cHRM of AdobeRGB"),
    "primaries-alone.png": (lambda: png_with(adobe_rgb()), "browsers want gAMA with it"),
    "icc-display-p3.jpg": (lambda: with_profile(pictures.display_p3()), "red is about (240, 0, 20)"),
    "icc-adobe-rgb.jpg": (lambda: with_profile(pictures.adobe_rgb(), colour=BLUE), "greener than the bare values"),
    "icc-of-colour.png": (lambda: with_profile(pictures.adobe_rgb(), "PNG", "L", 120), "a grey is three equals"),
    "icc-and-gamma.png": (lambda: pictures.with_chunks(with_profile(pictures.display_p3(), "PNG"), gama(1)), "ICC"),
}
HDR: dict[str, Case] = {
    "nclx-pq.avif": (lambda: nclx(9, 16), "HDR (BT.2020 PQ): tone-mapped, not flat and grey"),
    "nclx-hlg.avif": (lambda: nclx(9, 18), "HDR (BT.2020 HLG)"),
    "cicp-pq.png": (lambda: cicp(9, 16), "HDR in 8 bits"),
    "nclx-pq.heic": (lambda: pictures.heic_grid(1, 1, codes=(9, 16)), "HDR of a camera"),
}
SEE_THROUGH: dict[str, Case] = {
    "grey-1-bit.png": (lambda: one_value_transparent(1, 1, 1), "transparent"),
    "grey-2-bit.png": (lambda: one_value_transparent(2, 1, 1), "transparent, as with 1 and 8 bits"),
    "grey-4-bit.png": (lambda: one_value_transparent(4, 5, 5), "transparent"),
    "grey-8-bit.png": (lambda: one_value_transparent(8, 99, 99), "transparent"),
    "grey-16-bit.png": (lambda: one_value_transparent(16, 0x1234, 0x1234), "transparent"),
    "rgb-8-bit.png": (lambda: one_value_transparent(8, 99, 99, 99, 99, mode=2), "transparent"),
    "rgb-16-bit.png": (lambda: one_value_transparent(16, 0x1234, *[0x1234] * 3, mode=2), "transparent"),
    "palette-1-bit.png": (lambda: one_value_transparent(1, 1, 255, 0, mode=3), "transparent"),
    "palette-2-bit.png": (lambda: one_value_transparent(2, 1, 255, 0, mode=3), "transparent"),
    "palette-8-bit.png": (lambda: one_value_transparent(8, 2, 255, 9, 0, mode=3), "transparent"),
}
