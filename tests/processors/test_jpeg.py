import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.jpeg import structure
from tests import pictures


def test_it_works():
    found = structure(pictures.jpeg(64, 48), 64)
    assert (found.process, found.sampling, found.scans) == (0xC0, [(2, 2), (1, 1), (1, 1)], 1)
    assert found.usual
    assert found.bytes_kept_per_pixel == 0


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"progressive": True}, 3.0),  # two bytes for each brightness, and for each fourth colour of both
        ({"progressive": True, "subsampling": 0}, 6.0),
        ({"subsampling": 0}, 0.0),
    ],
)
def test_what_libjpeg_keeps(options, kept):
    assert structure(pictures.jpeg(64, 48, **options), 64).bytes_kept_per_pixel == kept


def test_a_scan_for_each_component_is_kept_as_well():
    found = structure(pictures.one_scan_each(64, 48), 64)
    assert (found.scans, found.in_first_scan, found.bytes_kept_per_pixel) == (3, 1, 6.0)


@pytest.mark.parametrize("make", [pictures.scan_bomb, pictures.hidden_scan_bomb])
def test_scans_are_counted_to_the_limit(make):
    assert structure(make(100, 64, 48) if make is pictures.scan_bomb else make(100), 64).scans == 65


def test_thumbnails_within_and_films_behind_do_not_count():
    inside = pictures.jpeg(64, 48, exif=pictures.exif() + pictures.jpeg(16, 16))
    assert structure(inside + b"\xff\xda\0\x04\1\1" * 500, 64).scans == 1


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data):
    try:
        assert structure(b"\xff\xd8" + data, 64).scans <= 65
    except ValueError:
        assert b"\xff" in data
