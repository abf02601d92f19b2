"""The small copy against what a full decode with exact arithmetic would give."""

import io
import math

import pytest
from PIL import Image, ImageChops, ImageStat

from processors.images.shrink import fit, shrink
from tests import cases, pictures


def psnr(one: Image.Image, other: Image.Image) -> float:
    """Likeness in decibels; above 40 nobody sees a difference."""
    squares = ImageStat.Stat(ImageChops.difference(one, other)).sum2
    mean = sum(squares) / (one.width * one.height * 3)
    return math.inf if mean == 0 else 10 * math.log10(255**2 / mean)


def exact(data: bytes, size: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def palette(colour: int) -> Image.Image:
    """Of one colour of a palette of four."""
    image = Image.new("P", (64, 64), colour)
    image.putpalette([250, 0, 0, 0, 250, 0, 0, 0, 250, 99, 99, 99])
    return image


def test_it_works():
    small = shrink(io.BytesIO(pictures.jpeg(2000, 1500)), 400)
    assert (small.size, small.mode, small.info) == ((400, 300), "RGB", {})


@pytest.mark.parametrize("size", [(4000, 3000), (1997, 1501), (1999, 1333), (1606, 1205), (403, 302)])
def test_jpeg_decoded_at_a_fraction_is_not_shifted(size):
    data = pictures.jpeg(*size, quality=95)
    small = shrink(io.BytesIO(data), 400)
    assert psnr(small, exact(data, small.size)) > 34  # without draft()'s box, odd sizes come to less than 31


@pytest.mark.slow
@pytest.mark.parametrize("format", ["png", "webp", "gif"])
def test_formats_that_are_decoded_whole(format):
    data = pictures.every_format(800, 600)[format]
    assert psnr(shrink(io.BytesIO(data), 400), exact(data, (400, 300))) > 38


def test_large_jpeg_is_decoded_at_a_fraction(monkeypatch):
    sizes, data = [], pictures.jpeg(4000, 3000)
    load = Image.Image.resize
    monkeypatch.setattr(Image.Image, "resize", lambda self, *a, **k: sizes.append(self.size) or load(self, *a, **k))
    shrink(io.BytesIO(data), 400)
    assert sizes == [(500, 375)]


@pytest.mark.parametrize(
    ("image", "options"),
    [
        (Image.new("RGB", (64, 64), (9, 8, 7)), {"transparency": (9, 8, 7)}),
        (Image.new("L", (64, 64), 99), {"transparency": 99}),
        (palette(3), {"transparency": 3}),
        (palette(1), {"transparency": bytes([255, 0, 255])}),
        (Image.new("1", (64, 64), 1), {"transparency": 255}),
        (Image.new("LA", (64, 64), (99, 0)), {}),
        (Image.new("RGBA", (64, 64), (9, 8, 7, 0)), {}),
    ],
    ids=lambda value: getattr(value, "mode", ""),
)
def test_transparency_of_every_kind(image, options):
    small = shrink(io.BytesIO(pictures.encoded(image, "PNG", **options)), 32)
    assert (small.mode, small.getpixel((9, 9))[3]) == ("RGBA", 0)


def test_hidden_colours_do_not_bleed_into_the_edge():
    small = shrink(io.BytesIO(pictures.png_with_alpha(400, 100)), 41)  # green, but fully transparent, on the right
    edge = [small.getpixel((x, 4)) for x in range(small.width)]
    assert all(green < 60 for _, green, _, alpha in edge if alpha > 20)


def test_first_frame_of_an_animation():
    assert shrink(io.BytesIO(pictures.gif()), 64).getpixel((5, 5))[:3] == pytest.approx((200, 30, 30), abs=4)


def test_grey_with_transparency_and_a_profile():
    image = Image.new("LA", (64, 64), (99, 200))
    data = pictures.encoded(image, "PNG", icc_profile=pictures.display_p3())  # of another colour space: not applied
    assert shrink(io.BytesIO(data), 32).getpixel((9, 9)) == (99, 99, 99, 200)


def test_heic_in_display_p3_becomes_srgb():
    red, green, blue = shrink(io.BytesIO(pictures.heic()), 64).getpixel((5, 5))
    assert red > 200 + 10  # (200, 30, 30) of Display P3 is beyond what sRGB has of red
    assert max(green, blue) < 30


def test_very_wide_pictures_keep_a_row():
    assert shrink(io.BytesIO(pictures.jpeg(5000, 4)), 400).size == (400, 1)


def test_fit_never_enlarges():
    image = Image.new("RGB", (30, 20))
    assert fit(image, 400).size == (30, 20)
    assert fit(image, 15).size == (15, 10)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "I;16", "RGB with one transparent colour"])
def test_in_strips_the_pixels_are_those_of_the_whole(mode, monkeypatch):
    image = pictures.photo(1501, 1203).convert(mode[:3] if mode.startswith("RGB ") else mode.replace("I;16", "I"))
    options = {"transparency": (9, 8, 7)} if mode.startswith("RGB ") else {}
    if mode.endswith("A"):
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    data = pictures.encoded(image.convert("I;16") if mode == "I;16" else image, "PNG", compress_level=1, **options)
    strips = shrink(io.BytesIO(data), 400)
    monkeypatch.setattr("processors.images.shrink._STRIP", 10**9)
    whole = shrink(io.BytesIO(data), 400)
    assert (strips.mode, strips.size) == (whole.mode, whole.size)
    assert not ImageChops.difference(strips, whole).getbbox()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG", "AVIF"])
def test_orientation_is_applied(orientation, format):
    small = shrink(io.BytesIO(pictures.oriented(orientation, format)), 32)
    assert small.size == (32, 24)
    for (x, y), colour in pictures.QUADRANTS.items():
        assert small.getpixel((8 + 16 * x, 6 + 12 * y))[:3] == pytest.approx(colour, abs=25)


@pytest.mark.parametrize("make", [pictures.heic, pictures.heic_turned])
def test_heic(make):
    small = shrink(io.BytesIO(make()), 64)
    assert small.size == (64, 48)
    assert small.getpixel((4, 4))[:3] == pytest.approx(pictures.QUADRANTS[0, 0], abs=40)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("RGB", (200, 100, 50), (200, 100, 50)),
        ("L", 120, (120, 120, 120)),
        ("1", 1, (255, 255, 255)),
        ("I;16", 120 * 256, (120, 120, 120)),
        ("P", 3, (10, 200, 30)),
    ],
)
def test_colours_of_every_mode(mode, colour, expected):
    image = Image.new(mode, (900, 900), colour)
    if mode == "P":
        image.putpalette([0, 0, 0] * 3 + [10, 200, 30] + [0] * 700)
    pixel = shrink(io.BytesIO(pictures.encoded(image, "PNG")), 100).getpixel((50, 50))
    assert pixel[:3] == pytest.approx(expected, abs=2)


def test_odd_sides_keep_their_proportions():
    assert shrink(io.BytesIO(pictures.jpeg(1997, 1501)), 400).size == (400, 301)


@pytest.mark.parametrize("name", cases.SEE_THROUGH)
def test_the_transparent_value_of_a_png(name):
    small = shrink(io.BytesIO(cases.SEE_THROUGH[name][0]()), 16)
    assert (small.mode, small.getpixel((8, 8))[3]) == ("RGBA", 0)


@pytest.mark.parametrize(("depth", "mode"), [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2)])
def test_other_values_are_seen(depth, mode):
    value, key = 1, 0x4000 if depth == 16 else 0
    data = cases.one_value_transparent(depth, value, *[key] * (3 if mode == 2 else 1), mode=mode)
    assert shrink(io.BytesIO(data), 16).getpixel((8, 8))[3] == 255


def test_a_grey_of_16_bits_that_differs_in_the_last_is_seen():
    data = cases.one_value_transparent(16, 0x1234, 0x1235)
    assert shrink(io.BytesIO(data), 16).getpixel((8, 8)) == (18, 18, 18, 255)


@pytest.mark.parametrize("side", [60, 30])
def test_around_the_frame_of_a_gif_is_nothing(side, monkeypatch):
    monkeypatch.setattr("processors.images.shrink._STRIP", 60 * 4)  # some strips have nothing, some a part
    small = shrink(io.BytesIO(cases.frame_smaller_than_screen()), side)
    seen = small.getchannel("A").getbbox()
    assert (small.mode, seen) == ("RGBA", tuple(side * edge // 60 for edge in (30, 30, 50, 50)))
    assert small.getpixel((side * 40 // 60, side * 40 // 60)) == (0, 0, 255, 255)


def test_a_frame_that_fills_its_screen_has_no_transparency():
    assert shrink(io.BytesIO(pictures.encoded(palette(1), "GIF")), 32).mode == "RGB"
