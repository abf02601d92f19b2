"""What a visitor looks for."""

import pytest

from gallery.search.query import MOST, Query, Term, parse


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("red boat", Query((Term("red"), Term("boat", prefix=True)))),
        ("Café at", Query((Term("cafe"), Term("at")))),
        ('"red boat"', Query((Term("red"), Term("boat")), phrases=(("red", "boat"),))),
        ("boat -red", Query((Term("boat", prefix=True),), without=("red",))),
        ('-"red boat" sea', Query((Term("sea", prefix=True),), without=("red", "boat"))),
        ("tag:Boat", Query(tags=("boat",))),
        ('tag:"red boat" sea', Query((Term("sea", prefix=True),), tags=("red boat",))),
        ("富士山", Query((Term("富士"), Term("士山")))),
        ("山", Query((Term("山", prefix=True),))),
        ("% _ ' \"", Query()),
        ("", Query()),
    ],
)
def test_parse(text, query):
    assert parse(text) == query


def test_words_beyond_the_most_are_left_out():
    assert parse(" ".join(f"w{n}" for n in range(20))).terms == tuple(Term(f"w{n}") for n in range(MOST))


@pytest.mark.parametrize("text", ["", "…", '"', "🐈"])
def test_nothing_to_look_for(text):
    assert not parse(text)
