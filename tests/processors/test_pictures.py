import io
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from processors.pictures import Limits, Refused, inspect, verify
from processors.shrink import shrink
from processors.thumbnail import render
from tests import pictures

ROOT = Path(__file__).parents[2]


def info(data: bytes, **limits: int):
    return inspect(io.BytesIO(data), Limits(**limits))


def test_it_works():
    found = info(pictures.jpeg(640, 480))
    assert (found.format, found.extension, found.content_type) == ("JPEG", "jpg", "image/jpeg")
    assert (found.width, found.height) == (640, 480)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "GIF", "AVIF"])
def test_format_is_found_by_content(format):
    data = pictures.encoded(pictures.photo(), format)
    found = info(data)
    assert found.format == format
    verify(io.BytesIO(data), found)


@pytest.mark.parametrize("name", pictures.HOSTILE)
def test_hostile(name):
    make, words = pictures.HOSTILE[name]
    data = make()
    with pytest.raises(Refused, match=words):
        verify(io.BytesIO(data), info(data))


@pytest.mark.parametrize("name", pictures.HOSTILE)
def test_refusing_costs_little(name):
    data = pictures.HOSTILE[name][0]()
    started = time.process_time()
    with pytest.raises(Refused):
        verify(io.BytesIO(data), info(data))
    assert time.process_time() - started < 0.1  # decoding the bombs takes 1 to 12 s


def test_each_kind_has_its_own_sentence():
    sentences = set()
    for make, _ in pictures.HOSTILE.values():
        with pytest.raises(Refused) as refused:
            verify(io.BytesIO(make()), info(make()))
        sentences.add(str(refused.value))
        assert str(refused.value)[0].isupper()
        assert str(refused.value)[-1] in ".?"
    assert len(sentences) >= 20


def test_too_many_bytes():
    with pytest.raises(Refused, match="at most 0 MB"):
        info(pictures.jpeg(), max_bytes=1000)


def test_header_alone_decides():
    data = pictures.truncated(pictures.png(), 0.1)
    assert info(data).width == 640  # it can't be decoded, which `verify` finds


@pytest.mark.parametrize("data", [pictures.with_second_picture(), pictures.one_scan_each()])
def test_rare_but_good_jpegs(data):
    found = info(data)
    verify(io.BytesIO(data), found)
    assert (found.format, found.content_type) == ("JPEG", "image/jpeg")


def test_heic_of_tiles_as_phones_write_it():
    found = info(pictures.heic_grid(2, 1))
    verify(io.BytesIO(pictures.heic_grid(2, 1)), found)
    assert (found.width, found.height) == (1024, 512)


def test_48_megapixels_of_heic_fit():
    found = info(pictures.heic_grid(16, 12, (8064, 6048)) + bytes(12_000_000))
    assert (found.width, found.height) == (8064, 6048)


@pytest.mark.parametrize(
    ("width", "height", "options", "fits"),
    [
        (4000, 3000, {"mode": 2}, True),
        (10_000, 9_900, {"mode": 6}, True),  # read in bands
        (7000, 6000, {"mode": 6, "depth": 16}, True),
        (7000, 7000, {"mode": 6, "depth": 16}, False),
    ],
)
def test_memory_depends_on_the_mode(width, height, options, fits):
    data = pictures.png_of(width, height, rows=0, **options)
    if fits:
        assert info(data).width == width
    else:
        with pytest.raises(Refused, match="more memory"):
            info(data)


def test_pillows_warnings_do_not_leak():
    data = pictures.jpeg(64, 48, exif=pictures.exif()[:60])  # broken: Pillow warns of it
    code = "import io, sys; from processors.pictures import *; inspect(io.BytesIO(sys.stdin.buffer.read()), Limits())"
    done = subprocess.run([sys.executable, "-W", "default", "-c", code], input=data, capture_output=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, b"")


def test_ordinary_progressive_jpeg_is_taken():
    assert info(pictures.jpeg(progressive=True)).format == "JPEG"


def test_embedded_scans_and_trailing_data_do_not_count_as_scans():
    data = pictures.jpeg() + b"\xff\xda" * 500  # a motion photo has a film behind the picture
    assert info(data).format == "JPEG"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG", "AVIF"])
def test_orientation_is_applied(orientation, format):
    data = pictures.oriented(orientation, format)
    assert (info(data).width, info(data).height) == (64, 48)
    small = shrink(io.BytesIO(data), 32)
    assert small.size == (32, 24)
    for (x, y), colour in pictures.QUADRANTS.items():
        assert small.getpixel((8 + 16 * x, 6 + 12 * y))[:3] == pytest.approx(colour, abs=25)


@pytest.mark.parametrize("make", [pictures.heic, pictures.heic_turned])
def test_heic(make):
    found = info(make())
    small = shrink(io.BytesIO(make()), 64)
    assert (found.format, found.extension) == ("HEIF", "heic")
    assert (small.width > small.height) == (found.width > found.height)
    assert small.getpixel((4, 4))[:3] == pytest.approx(pictures.QUADRANTS[0, 0], abs=40)


def test_wide_colours_are_converted_to_srgb():
    data = pictures.encoded(Image.new("RGB", (64, 64), (200, 100, 50)), "PNG", icc_profile=pictures.display_p3())
    assert shrink(io.BytesIO(data), 32).getpixel((9, 9)) == pytest.approx((215, 93, 31), abs=3)  # by both matrices


def test_no_metadata_reaches_a_derivative():
    preview, thumbnail = render(io.BytesIO(pictures.with_metadata()))
    for data in (preview, thumbnail):
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            assert not image.getexif()
            assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info)
        assert pictures.GPS_TEXT not in data


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("RGB", (200, 100, 50), (200, 100, 50)),
        ("L", 120, (120, 120, 120)),
        ("1", 1, (255, 255, 255)),
        ("I;16", 120 * 256, (120, 120, 120)),
        ("P", 3, None),
    ],
)
def test_colours_of_every_mode(mode, colour, expected):
    image = Image.new(mode, (900, 900), colour)
    if mode == "P":
        image.putpalette([0, 0, 0] * 3 + [10, 200, 30] + [0] * 700)
        expected = (10, 200, 30)
    pixel = shrink(io.BytesIO(pictures.encoded(image, "PNG")), 100).getpixel((50, 50))
    assert pixel[:3] == pytest.approx(expected, abs=2)


def test_cmyk_jpeg():
    data = pictures.encoded(Image.new("CMYK", (400, 300), (0, 255, 255, 0)), "JPEG")
    red, green, blue = shrink(io.BytesIO(data), 100).getpixel((50, 50))
    assert red > 200 > 60 > max(green, blue)


def test_transparency_is_kept():
    image = Image.new("RGBA", (900, 600), (255, 0, 0, 0))
    _, thumbnail = render(io.BytesIO(pictures.encoded(image, "PNG")))
    with Image.open(io.BytesIO(thumbnail)) as small:
        assert small.size == (400, 267)
        assert small.convert("RGBA").getpixel((5, 5))[3] == 0


def test_small_pictures_are_not_enlarged():
    assert shrink(io.BytesIO(pictures.jpeg(30, 20)), 400).size == (30, 20)


def test_odd_sides_keep_their_proportions():
    assert shrink(io.BytesIO(pictures.jpeg(1997, 1501)), 400).size == (400, 301)


def test_grey_profile_on_colour_pixels_is_ignored():
    from PIL import ImageCms

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    data = pictures.encoded(Image.new("RGB", (300, 200), (200, 100, 50)), "JPEG", icc_profile=lab)
    assert shrink(io.BytesIO(data), 100).getpixel((50, 50)) == pytest.approx((200, 100, 50), abs=4)
