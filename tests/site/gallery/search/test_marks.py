"""The words that were looked for, marked."""

import pytest

from gallery.search.marks import marked
from gallery.search.query import parse


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("A red boat.", "red", "A <mark>red</mark> boat."),
        ("A red boat.", "boa", "A red <mark>boat</mark>."),
        ("Café & <b>", "cafe", "<mark>Café</mark> &amp; &lt;b&gt;"),
        ("Cafe\u0301", "CAFÉ", "<mark>Cafe\u0301</mark>"),
        ("Don’t go", "dont", "<mark>Don’t</mark> go"),
        ("富士山の朝", "富士山", "<mark>富士山</mark>の朝"),
        ("富士山", "山", "富士<mark>山</mark>"),
        ("nothing", "some", "nothing"),
        ("", "some", ""),
    ],
)
def test_marked(text, query, html):
    assert marked(text, parse(query)) == html
