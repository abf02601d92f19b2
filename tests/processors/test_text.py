import unicodedata

import pytest

from processors.text import clean


def test_it_works():
    assert clean("Ein  Hund\nim Garten ", 255) == "Ein Hund im Garten"


def test_what_people_type_and_what_macos_sends_are_the_same():
    assert clean(unicodedata.normalize("NFD", "Zürich é.jpg"), 255) == "Zürich é.jpg"


@pytest.mark.parametrize("text", ["می\u200cخواهم", "👨\u200d👩\u200d👧", "क्\u200dष"])
def test_joiners_stay(text):
    assert clean(text, 255) == text


@pytest.mark.parametrize("mark", [*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"])
def test_what_changes_direction_goes(mark):
    assert clean(f"a{mark}b", 255) == "ab"


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x9b", "\ud800"])
def test_control_characters_and_lone_surrogates_go(character):
    cleaned = clean(f"a{character}b", 255)
    assert cleaned == "ab"
    assert cleaned.encode() == b"ab"


@pytest.mark.parametrize("separator", ["\r\n", "\u2028", "\u2029", "\x85", "\t \t", "\u3000"])
def test_it_is_one_line(separator):
    assert clean(f"a{separator}b", 255) == "a b"


def test_it_is_cut_before_a_letter_that_would_lose_its_marks():
    assert clean("abq\u0323\u0308", 4) == "ab"
    assert clean("ab👨\u200d👩", 4) == "ab"
    assert clean("x\u0323" * 300, 255) == "x\u0323" * 127


def test_marks_without_end_are_cut_all_the_same():
    assert len(clean("x" + "\u0323" * 300, 255)) == 255
