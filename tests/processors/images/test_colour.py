import io
import struct

import pytest
from PIL import Image, ImageCms

from processors.images.colour import on_white
from processors.images.shrink import shrink
from tests import cases, pictures


def middle(data):
    small = shrink(io.BytesIO(data), 64)
    return small.getpixel((small.width // 2, small.height // 2))


def test_it_works():
    data = pictures.encoded(Image.new("RGB", (64, 64), (200, 100, 50)), "PNG", icc_profile=pictures.display_p3())
    assert shrink(io.BytesIO(data), 32).getpixel((9, 9)) == pytest.approx((215, 93, 31), abs=3)  # by both matrices


def test_cmyk_jpeg():
    data = pictures.encoded(Image.new("CMYK", (400, 300), (0, 255, 255, 0)), "JPEG")
    red, green, blue = shrink(io.BytesIO(data), 100).getpixel((50, 50))
    assert red > 200 > 60 > max(green, blue)


@pytest.mark.parametrize("profile", [b"nonsense", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()])
def test_profile_that_says_nothing_about_the_pixels_is_ignored(profile):
    data = pictures.encoded(Image.new("RGB", (300, 200), (200, 100, 50)), "JPEG", icc_profile=profile)
    assert shrink(io.BytesIO(data), 100).getpixel((50, 50)) == pytest.approx((200, 100, 50), abs=4)


def test_white_behind_what_is_transparent():
    assert on_white(Image.new("RGBA", (2, 2), (0, 0, 0, 0))).getpixel((0, 0)) == (255, 255, 255)
    assert on_white(Image.new("RGB", (2, 2), (1, 2, 3))).getpixel((0, 0)) == (1, 2, 3)


# What a browser shows of them: tests/browser/test_colours.py


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("nclx-display-p3.avif", (240, 0, 20)),
        ("cicp-display-p3.png", (240, 0, 20)),
        ("gamma-1.png", (239, 110, 110)),
        ("primaries.png", (255, 35, 35)),
        ("icc-and-gamma.png", (240, 0, 20)),
        ("gamma-0.png", cases.RED),
        ("cicp-unknown.png", cases.RED),
    ],
)
def test_without_an_icc_profile_the_header_tells(name, colour):
    assert middle(cases.COLOURS[name][0]()) == pytest.approx(colour, abs=3)


def test_nclx_of_heic():
    plain, wide = middle(pictures.heic_grid(1, 1)), middle(pictures.heic_grid(1, 1, codes=(12, 13)))
    assert wide == pytest.approx(middle(cases.cicp(12, 13, plain)), abs=1)
    assert wide != plain


def test_the_model_gets_the_colours_too(see):
    with Image.open(io.BytesIO(see(cases.nclx(12, 13), "model").model)) as image:
        assert image.getpixel((32, 32)) == pytest.approx((240, 0, 20), abs=6)


@pytest.mark.parametrize("name", cases.HDR)
def test_high_dynamic_range_is_taken(name, see):
    assert see(cases.HDR[name][0](), "preview", "model").model


@pytest.mark.parametrize("make", [cases.cicp, cases.nclx])
@pytest.mark.parametrize(("transfer", "paper"), [(16, 148), (18, 192)])  # 203 candela a square metre (ITU-R BT.2408)
def test_high_dynamic_range_is_not_flat(make, transfer, paper):
    seen = [middle(make(9, transfer, (value,) * 3))[0] for value in (16, 64, 100, paper, 220, 255)]
    assert seen == sorted(seen)
    assert seen[0] < 16
    assert 85 < seen[2] < 115
    assert 180 < seen[3] < 215
    assert seen[-1] >= 250


def test_high_dynamic_range_keeps_its_hues():
    red, green, blue = middle(cases.cicp(9, 16, (130, 90, 70)))
    assert red > green + 40 > blue + 60


@pytest.mark.parametrize("numbers", [(0,) * 8, (1,) * 8, (31270, 0, 0, 0, 0, 0, 0, 0), (2**31,) * 8])
def test_primaries_that_are_nonsense_say_nothing(numbers):
    chunk = pictures.png_chunk(b"cHRM", struct.pack(">8I", *numbers))
    assert middle(cases.png_with(cases.gama(0.45455), chunk)) == cases.RED


@pytest.mark.parametrize("gamma", [0.00001, 0.0001, 40, 21474])
def test_any_gamma_is_survived(gamma):
    assert len(middle(cases.png_with(cases.gama(gamma)))) == 3


@pytest.mark.parametrize("body", [b"", b"\x0c", b"\x0c\x0d\0\1\0"])
def test_a_chunk_of_another_length_says_nothing(body):
    assert middle(cases.png_with(pictures.png_chunk(b"cICP", body))) == cases.RED
