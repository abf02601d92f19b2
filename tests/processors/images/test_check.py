"""What is taken and what is refused with which words, by the header alone and by all of a visit."""

import io
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from processors.images.check import MIB, Limits, Refused
from processors.images.header import check
from tests import cases, pictures

ROOT = Path(__file__).parents[3]


def facts(data, **limits):
    return check(io.BytesIO(data), Limits(**limits))


def test_it_works():
    found = facts(pictures.jpeg(640, 480))
    assert (found.format, found.extension, found.content_type) == ("JPEG", "jpg", "image/jpeg")
    assert (found.width, found.height, found.taken) == (640, 480, None)


@pytest.mark.parametrize("extension", pictures.every_format(64, 48))
def test_format_is_found_by_content(extension, see):
    found = see(pictures.every_format(64, 48)[extension]).facts
    assert found.extension == extension
    assert found.content_type.endswith(found.format.lower().replace("heif", "heic"))


@pytest.mark.parametrize("name", pictures.HOSTILE)
def test_hostile(name, see):
    make, words = pictures.HOSTILE[name]
    with pytest.raises(Refused, match=words):
        see(make())


@pytest.mark.parametrize("name", cases.TAKEN)
def test_good_pictures_with_a_flaw_are_taken(name, see):
    assert see(cases.TAKEN[name][0](), "preview").preview


@pytest.mark.parametrize("wants", [(), ("preview",)])
@pytest.mark.parametrize("name", cases.CUT)
def test_what_lacks_pixels_is_damaged(name, wants, see):
    with pytest.raises(Refused, match="damaged or was cut off"):
        see(cases.CUT[name][0](), *wants)


@pytest.mark.parametrize("wants", [(), ("preview",)])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("share", [0.8, 0.4, 0.1, 0.03, 0.003])
def test_wherever_a_large_jpeg_is_cut(share, progressive, wants, see):
    data = pictures.jpeg(1999, 1501, progressive=progressive)
    with pytest.raises(Refused, match="damaged or was cut off"):
        see(data[: round(len(data) * (1 - share))], *wants)


@pytest.mark.parametrize("progressive", [False, True])
def test_without_its_end_marker_a_jpeg_looks_the_same(progressive, see):
    data = pictures.jpeg(1999, 1501, progressive=progressive)
    assert see(data[:-2], "preview").preview == see(data, "preview").preview


def test_the_first_picture_of_an_animated_avif(see):
    with Image.open(io.BytesIO(see(cases.animated_avif(), "model").model)) as first:
        red, green, blue = first.getpixel((32, 32))
    assert red > 240 > 20 > max(green, blue)


@pytest.mark.slow
@pytest.mark.parametrize("name", cases.DEAR)
def test_what_is_dear_stays_within_the_limits(name, cost):
    make, words = cases.DEAR[name]
    taken = cost(make(), "preview", "thumbnail", cpu=6, memory=480 * MIB)
    assert taken.cpu < 6.5
    assert taken.memory < 480 * MIB
    assert re.search(words, taken.said.decode(errors="replace")) is not None
    assert (b'"refused"' in taken.said) == bool(words)


@pytest.mark.parametrize(("width", "height"), [(99_000_000, 1), (1, 65_536), (40_000, 40_000)])
def test_sides_and_pixels_are_refused_by_the_header(width, height, cost):
    taken = cost(pictures.png_of(width, height, rows=0))
    assert b"65535 pixels a side" in taken.said
    assert taken.cpu < 0.1
    assert taken.memory < 60 * MIB


def test_each_kind_has_its_own_sentence(see):
    sentences = set()
    for make, _ in pictures.HOSTILE.values():
        with pytest.raises(Refused) as refused:
            see(make())
        sentences.add(str(refused.value))
        assert str(refused.value)[0].isupper()
        assert str(refused.value)[-1] in ".?"
    assert len(sentences) >= 20


def test_header_alone_decides():
    assert facts(pictures.truncated(pictures.png(), 0.1)).width == 640  # it can't be decoded, which a visit finds


@pytest.mark.parametrize(
    "data",
    [
        pictures.with_second_picture(),
        pictures.one_scan_each(),
        pictures.jpeg(progressive=True),
        pictures.jpeg() + b"\xff\xda" * 500,  # a motion photo has a film behind the picture
        pictures.gif(),
        pictures.heic_grid(2, 1),
        pictures.with_declared_size(pictures.avif(), 64, 64),
    ],
    ids=["second picture", "scan for each colour", "progressive", "film", "animated", "tiles", "larger than said"],
)
def test_rare_but_good(data, see):
    assert see(data).hash


def test_a_second_picture_is_of_no_interest():
    assert facts(pictures.with_second_picture()).content_type == "image/jpeg"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_sides_are_those_that_are_seen(orientation):
    found = facts(pictures.oriented(orientation))
    assert (found.width, found.height) == (64, 48)


def test_when_it_was_taken():
    assert facts(pictures.jpeg(exif=pictures.exif(6))).taken == datetime(2024, 5, 17, 18, 30)
    assert facts(pictures.jpeg(exif=pictures.exif(1, "yesterday"))).taken is None


def test_broken_exif(see):
    assert see(pictures.jpeg(exif=pictures.exif()[:60])).facts.taken is None


def test_pillows_warnings_do_not_leak():
    data = pictures.jpeg(64, 48, exif=pictures.exif()[:60])  # broken: Pillow warns of it
    code = (
        "import io, sys; from processors.images.header import *; check(io.BytesIO(sys.stdin.buffer.read()), Limits())"
    )
    done = subprocess.run([sys.executable, "-W", "default", "-c", code], input=data, capture_output=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, b"")
