import io
import json
import random

import pytest
from PIL import Image

from processors.images import visit
from processors.images.check import CRASHED, DAMAGED, MEMORY, MIB, TIME, UNKNOWN, Refused
from tests import pictures

ALL = ("preview", "thumbnail", "model")


def opened(data):
    with Image.open(io.BytesIO(data)) as image:
        image.load()
    return image


def outcome(visiting):
    """The sentence, or nothing if there is none."""
    try:
        visiting()
    except Refused as problem:
        return str(problem)
    return ""


def differing(one, other):
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_it_works(see):
    seen = see(pictures.jpeg(2000, 1500), *ALL)
    found = [(image.format, image.size) for image in map(opened, (seen.preview, seen.thumbnail, seen.model))]
    assert found == [("WEBP", (1600, 1200)), ("WEBP", (400, 300)), ("JPEG", (1024, 768))]


@pytest.mark.parametrize("extension", pictures.every_format(64, 48))
def test_every_format(extension, see):
    seen = see(pictures.every_format()[extension], *ALL)
    assert all((seen.preview, seen.thumbnail, seen.model))


@pytest.mark.parametrize("want", ALL)
def test_only_what_is_wanted(want, see):
    seen = see(pictures.jpeg(), want)
    assert [name for name in ALL if getattr(seen, name)] == [want]


def test_a_proof_is_cheaper(cost):
    data = pictures.jpeg(4000, 3000)
    assert cost(data).cpu < 0.6 * cost(data, "preview", "thumbnail").cpu


def test_no_metadata_in_what_is_made(see):
    seen = see(pictures.with_metadata(), *ALL)
    for data in (seen.preview, seen.thumbnail, seen.model):
        image = opened(data)
        assert not image.getexif()
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info)
        assert pictures.GPS_TEXT not in data


def test_transparency_is_kept_and_the_model_sees_white(see):
    seen = see(pictures.encoded(Image.new("RGBA", (900, 600), (255, 0, 0, 0)), "PNG"), *ALL)
    assert opened(seen.thumbnail).size == (400, 267)
    assert opened(seen.thumbnail).convert("RGBA").getpixel((5, 5))[3] == 0
    assert min(opened(seen.model).getpixel((5, 5))) > 250


def test_small_pictures_are_not_enlarged(see):
    assert opened(see(pictures.jpeg(30, 20), "preview").preview).size == (30, 20)


def test_hash_of_pictures_that_look_alike(see):
    photo = pictures.photo(640, 480)
    former = see(pictures.encoded(photo, "PNG")).hash
    assert len(former) == 16
    for other in (
        pictures.encoded(photo.resize((1280, 960)), "JPEG", quality=60),
        pictures.encoded(photo, "WEBP", quality=50),
        pictures.encoded(photo.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=pictures.exif(6)),
    ):
        assert differing(former, see(other).hash) <= 4
    assert differing(former, see(pictures.jpeg(640, 480, seed=9)).hash) > 12
    assert differing(former, see(pictures.encoded(photo, "PNG"), *ALL).hash) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("name", ["progressive", "png", "rgba", "gif", "webp", "avif", "heic"])
def test_too_little_memory_never_says_damaged(name, see):
    width, height = 1600, 1200
    data = {
        "progressive": lambda: pictures.jpeg(width, height, progressive=True),
        "png": lambda: pictures.png(width, height),
        "rgba": lambda: pictures.png_of(width, height, mode=6),
        "gif": lambda: pictures.encoded(pictures.photo(width, height).convert("L"), "GIF"),
        "webp": lambda: pictures.webp(width, height),
        "avif": lambda: pictures.avif(width, height),
        "heic": lambda: pictures.heic_grid(4, 3),
    }[name]()
    said = {outcome(lambda memory=memory: see(data, "preview", memory=memory * MIB)) for memory in range(20, 90, 6)}
    assert said <= {"", MEMORY, CRASHED}
    assert MEMORY in said


@pytest.mark.slow
def test_in_the_memory_that_is_the_default_what_was_always_taken_still_goes(cost):
    largest = {
        "rgba.png": pictures.png_of(10_000, 9_900, mode=6),
        "grey.png": pictures.memory_bomb(),
    }
    for name, data in largest.items():
        assert b"refused" not in cost(data, "preview", "thumbnail").said[:500], name


@pytest.mark.parametrize("extension", pictures.every_format(64, 48))
def test_any_bytes_are_survived(extension, see):
    data, numbers = pictures.every_format(64, 48)[extension], random.Random(7)
    for _ in range(20):
        broken = bytearray(data)
        for _ in range(numbers.randint(1, 8)):
            broken[numbers.randrange(len(broken))] = numbers.choice((0, 1, 2, 127, 255, numbers.randrange(256)))
        said = outcome(lambda broken=broken: see(bytes(broken), "thumbnail", cpu=2, wall=5))
        assert said in ("", DAMAGED, UNKNOWN, MEMORY, TIME, CRASHED) or "pixels" in said or "This is" in said


def test_what_the_child_says_is_read_by_the_asker(cost):
    head, _, rest = cost(pictures.jpeg(), "preview").said.partition(b"\n")
    said = json.loads(head)
    assert set(said) == {"facts", "hash", "sizes"}
    assert said["sizes"] == {"preview": len(rest)}


def test_warm_leaves_nothing_to_be_imported():
    visit.warm()
