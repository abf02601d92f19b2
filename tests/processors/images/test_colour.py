import io

import pytest
from PIL import Image, ImageCms

from processors.images.colour import on_white
from processors.images.shrink import shrink
from tests import pictures


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
