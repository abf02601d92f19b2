"""Bands against the same picture decoded whole."""

import io
import struct

import pytest
from PIL import Image, ImageChops

from processors import png
from processors.pictures import Limits, Refused, inspect, verify
from processors.shrink import shrink
from tests import pictures

WIDTH, HEIGHT = 2501, 1801  # no multiple of anything


@pytest.fixture
def whole(monkeypatch):
    """Shrink without bands."""

    def shrink_whole(data, side):
        with monkeypatch.context() as patch:
            patch.setattr(png, "_LARGE", 10**9)
            return shrink(io.BytesIO(data), side)

    return shrink_whole


def picture(mode: str, **options) -> bytes:
    photo = pictures.photo(WIDTH, HEIGHT)
    image = photo.convert(mode)
    if mode.endswith("A"):
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    return pictures.encoded(image, "PNG", compress_level=1, **options)


def same(one: Image.Image, other: Image.Image) -> bool:
    return (one.mode, one.size) == (other.mode, other.size) and not ImageChops.difference(one, other).getbbox()


def test_it_works(whole):
    data = picture("RGB")
    assert png.layout(io.BytesIO(data)) == png.Layout(WIDTH, HEIGHT, 2, b"")
    assert same(shrink(io.BytesIO(data), 400), whole(data, 400))


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P"])
@pytest.mark.parametrize("side", [400, 1600])
def test_every_mode(mode, side, whole):
    data = picture(mode)
    assert same(shrink(io.BytesIO(data), side), whole(data, side))


@pytest.mark.parametrize(("mode", "colour"), [("P", 3), ("P", bytes([255, 0, 90])), ("L", 9), ("RGB", (1, 2, 3))])
def test_one_colour_that_is_transparent(mode, colour, whole):
    data = picture(mode, transparency=colour)
    small = shrink(io.BytesIO(data), 400)
    assert small.mode == "RGBA"
    assert same(small, whole(data, 400))


def test_bands_are_small_and_multiples():
    data = picture("RGB")
    heights = [band.height for band in png.bands(io.BytesIO(data), png.layout(io.BytesIO(data)), 7)]
    assert sum(heights) == HEIGHT
    assert {height % 7 for height in heights[:-1]} == {0}
    assert max(heights) * WIDTH * 3 < 600_000


@pytest.mark.parametrize("options", [{"depth": 16}, {"mode": 0, "depth": 1}], ids=str)
def test_what_is_decoded_whole(options):
    assert png.layout(io.BytesIO(pictures.png_of(3000, 2000, **options))) is None


@pytest.mark.parametrize("data", [pictures.jpeg(), pictures.png(), b"", pictures.png()[:20]], ids=len)
def test_small_pictures_and_other_files_have_no_layout(data):
    assert png.layout(io.BytesIO(data)) is None


def interlaced() -> bytes:
    data = pictures.png_of(3000, 2000)
    return data[:28] + b"\1" + data[29:]


def test_interlaced_ones_have_no_layout():
    assert png.layout(io.BytesIO(interlaced())) is None


@pytest.mark.parametrize("share", [0.01, 0.6, 0.99])
def test_cut_off(share):
    file = io.BytesIO(pictures.truncated(picture("RGB"), share))
    with pytest.raises(Refused, match="damaged or was cut off"):
        verify(file, inspect(file, Limits()))
    with pytest.raises(Refused, match="damaged or was cut off"):
        shrink(file, 400)


@pytest.mark.parametrize("where", [0.3, 0.9])
def test_broken(where):
    data = bytearray(picture("RGB"))
    data[int(len(data) * where)] ^= 0xFF
    with pytest.raises(Refused, match="damaged or was cut off"):
        shrink(io.BytesIO(data), 400)


def test_chunk_that_says_it_is_huge():
    data = pictures.png_of(3000, 2000)
    palette = struct.pack(">I", 2**31) + b"PLTE"
    assert png.layout(io.BytesIO(data[:33] + palette + data[33:])) is not None
    with pytest.raises(Refused):
        shrink(io.BytesIO(data[:33] + palette + data[33:]), 400)
