import contextlib
import random
import time

import pytest
from PIL import Image

from processors.isobmff import decoded_pixels
from tests import pictures


def test_it_works():
    assert decoded_pixels(pictures.heic()) == 320 * 240
    assert decoded_pixels(pictures.avif(640, 480)) == 640 * 480


def test_tiles_count_as_well_as_the_whole():
    assert decoded_pixels(pictures.heic_grid(3, 2)) == 2 * (3 * 512 * 2 * 512)


def test_transparency_counts():
    image = Image.new("RGBA", (100, 80), (10, 20, 30, 128))
    assert decoded_pixels(pictures.encoded(image, "AVIF")) == 2 * 100 * 80


def test_more_tiles_than_anybody_needs():
    with pytest.raises(ValueError, match="too many parts"):
        decoded_pixels(pictures.heic_grid(50, 45))


def test_frame_larger_than_said():
    with pytest.raises(ValueError, match="larger than it is said"):
        decoded_pixels(pictures.with_declared_size(pictures.avif(640, 480), 640, 479))


@pytest.mark.parametrize("data", [b"", b"\0\0\0\x08ftyp", b"\0\0\0\x0cmeta\0\0\0\0", b"\0\0\0\1meta"])
def test_without_sense(data):
    try:
        assert decoded_pixels(data) == 0
    except ValueError:
        assert len(data) < 20


@pytest.mark.parametrize("make", [pictures.avif, pictures.heic, lambda: pictures.heic_grid(4, 3)])
def test_damaged_boxes_cost_no_time_and_raise_nothing_else(make):
    data, numbers = make()[:2000], random.Random(7)
    started = time.process_time()
    for _ in range(300):
        broken = bytearray(data)
        for _ in range(numbers.randint(1, 8)):
            broken[numbers.randrange(len(broken))] = numbers.choice((0, 1, 2, 127, 255, numbers.randrange(256)))
        with contextlib.suppress(ValueError):
            decoded_pixels(bytes(broken))
    assert time.process_time() - started < 5


def test_references_in_a_circle_end():
    data = pictures.heic_grid(4, 3)
    start = data.index(b"dimg")
    circle = data[: start + 8] + b"\0\1" * 12 + data[start + 32 :]  # the grid is made of twelve times itself
    with pytest.raises(ValueError, match=r"pictures within pictures|too many parts"):
        decoded_pixels(circle)
