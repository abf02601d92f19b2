"""Words as the search compares them."""

import pytest

from processors import words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café", "cafe"),
        ("CAFE\u0301", "cafe"),
        ("ＣＡＦÉ", "cafe"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("Ελλάδα", "ελλαδα"),
        ("Йод", "иод"),
        ("don’t", "dont"),
        ("می\u200cخواهم", "میخواهم"),
        ("ﬁn", "fin"),
    ],
)
def test_fold(text, folded):
    assert words.fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IMG_1234.JPG", {"img", "1234", "jpg"}),
        ("a dog, a cat", {"a", "dog", "cat"}),
        ("富士山", {"富士", "士山", "山"}),
        ("山", {"山"}),
        ("東京tower", {"東京", "京", "tower"}),
        ("हिन्दी में", {"हिन्दी", "में"}),
        ("한국어 사진", {"한국어", "사진"}),
        ("สวัสดี", {"สว", "วั", "ัส", "สด", "ดี", "ี"}),
        ("🐈 … ---", set()),
        ("", set()),
    ],
)
def test_words_of_a_text(text, found):
    assert words.of([text]) == found


def test_long_words_are_cut_and_very_many_left_out():
    assert words.of(["x" * 50]) == {"x" * words.LONGEST}
    found = words.of([" ".join(map(str, range(1000)))])
    assert len(found) == words.MOST
    assert "0" in found


def test_words_fit_into_their_column():
    """A folded letter may be several."""
    assert all(len(word) <= words.LONGEST for word in words.of(["ﷺ" * 40, "ß" * 40, "㌍" * 40]))
