import contextlib
import random
import time

import pytest
from PIL import Image

from processors import av1
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
    data, numbers, slowest = make()[:2000], random.Random(7), 0.0
    for _ in range(300):
        broken = bytearray(data)
        for _ in range(numbers.randint(1, 8)):
            broken[numbers.randrange(len(broken))] = numbers.choice((0, 1, 2, 127, 255, numbers.randrange(256)))
        started = time.process_time()
        with contextlib.suppress(ValueError):
            decoded_pixels(bytes(broken))
        slowest = max(slowest, time.process_time() - started)
    assert slowest < 0.1


def test_endless_extents():
    data = bytearray(pictures.avif(64, 48))
    at = data.index(b"iloc")
    items = b"".join(item.to_bytes(2, "big") + b"\0\0" + b"\xff\xff" for item in range(1, 900))
    body = bytes(4) + b"\0\0" + (899).to_bytes(2, "big") + items  # no field has a width: 65,535 extents in no byte
    size = int.from_bytes(data[at - 4 : at], "big")
    box = (8 + len(body)).to_bytes(4, "big") + b"iloc" + body
    meta = data.index(b"meta")
    length = int.from_bytes(data[meta - 4 : meta], "big") + len(box) - size
    data[meta - 4 : meta] = length.to_bytes(4, "big")
    data[at - 4 : at - 4 + size] = box
    with pytest.raises(ValueError, match="without a length"):
        decoded_pixels(bytes(data))


def test_frames_that_share_their_bytes():
    data = bytearray(pictures.encoded(Image.new("RGBA", (100, 80), (10, 20, 30, 128)), "AVIF"))
    items = data.index(b"iloc") + 12
    for item in (items, items + 14):  # id, reference and number of extents come before offset and length
        data[item + 6 : item + 14] = (0).to_bytes(4, "big") + len(data).to_bytes(4, "big")
    with pytest.raises(ValueError, match="share their bytes"):
        decoded_pixels(bytes(data))


def test_too_many_units_in_a_frame():
    assert av1.largest_frame(b"\x12\0" * 100) == 0
    with pytest.raises(IndexError):
        av1.largest_frame(b"\x12\0" * 20_000)


def test_references_in_a_circle_end():
    data = pictures.heic_grid(4, 3)
    start = data.index(b"dimg")
    circle = data[: start + 8] + b"\0\1" * 12 + data[start + 32 :]  # the grid is made of twelve times itself
    with pytest.raises(ValueError, match=r"pictures within pictures|too many parts"):
        decoded_pixels(circle)
