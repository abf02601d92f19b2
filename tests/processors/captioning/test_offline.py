from datetime import datetime

import pytest
from PIL import Image

from processors.captioning import Subject
from processors.captioning.offline import Offline
from processors.prompt import Prompt
from tests.pictures import encoded

describe = Offline().describe


def said(colour, size=(400, 300), taken=None):
    jpeg = encoded(Image.new("RGB", size, colour), "JPEG")
    return describe(Subject(jpeg, *size, taken, "a.jpg", Prompt(5, "In rhymes."), "de"), None)


def of(*arguments, **named):
    (words,) = said(*arguments, **named).words
    return words


def test_it_works():
    words = of((10, 20, 180), taken=datetime(2024, 5, 3, 18, 20))
    assert words.caption == "A dark landscape picture, mostly blue. Taken on 3 May 2024."
    assert words.tags == ("landscape", "dark", "blue")
    assert words.language == "en"


def test_it_costs_nothing_and_follows_no_prompt():
    found = said((10, 20, 180))
    assert (found.model, found.prompt_id, found.text) == ("offline", None, "")
    assert (found.request.usd, found.request.outcome) == (0, "caption")


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((220, 20, 20), "red"),
        ((250, 250, 250), "white"),
        ((10, 10, 10), "black"),
        ((30, 160, 50), "green"),
        ((128, 128, 128), "grey"),
        ((110, 70, 30), "brown"),
    ],
)
def test_colours(colour, name):
    assert name in of(colour).tags


@pytest.mark.parametrize(
    ("size", "word"),
    [((300, 400), "portrait"), ((300, 300), "square"), ((900, 300), "panoramic"), ((100, 400), "tall")],
)
def test_shapes(size, word):
    assert of((9, 9, 9), size).tags[0] == word
