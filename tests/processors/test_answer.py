"""What a model says is read as well as it can be."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.captioning import Outcome, answer
from processors.captioning.answer import Unreadable, read

GOOD = {"caption": "A cat.", "alt_text": "Cat", "tags": ["cat", "mat"]}
RIGHT = ("A cat.", "Cat", ("cat", "mat"))


@pytest.mark.parametrize(
    "said",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD)}\n```",
        f"```\n{json.dumps(GOOD, indent=2)}\n```\n",
        f"Sure! Here it is: {json.dumps(GOOD)} Anything else?",
        json.dumps([GOOD]),
        "I see {a cat}. Let me think {\"x\": 1}." + json.dumps(GOOD),
        json.dumps({**GOOD, "caption": "A dog?"}) + json.dumps(GOOD),  # a thought before the answer
        json.dumps({"result": 1}) + json.dumps(GOOD),
        json.dumps({**GOOD, "caption": "A\n\tcat."}).replace("\\n", "\n"),
    ],
)  # fmt: skip
def test_it_works(said):
    assert read(said) == RIGHT


@pytest.mark.parametrize(
    ("tags", "right"),
    [
        ("cat, mat", ("cat", "mat")),
        ("Cat", ("cat",)),
        ([{"name": "Cat"}, {"tag": "mat"}, {"label": "x"}, {"confidence": 1}], ("cat", "mat", "x")),
        (None, ()),
        ([None, "none", "cat", "N/A", ""], ("cat",)),
        ([1, 2.5, True, ["a"], "cat"], ("1", "2.5", "cat")),
        ({"a": "b"}, ()),
        (["#cat", "CAT", "cat "], ("cat",)),
        (["نیم\u200cفاصله"], ("نیم\u200cفاصله",)),
        ([f"t{n}" for n in range(20)], tuple(f"t{n}" for n in range(10))),
    ],
)
def test_tags_of_every_shape(tags, right):
    assert read(json.dumps({**GOOD, "tags": tags}))[2] == right


def test_texts_are_as_the_columns_hold_them():
    caption, alt_text, _ = read(json.dumps({"caption": "Ame\u0301lie \u202eevil\u0000" + "x" * 2000, "tags": []}))
    assert caption.startswith("Amélie evilx")
    assert (len(caption), len(alt_text)) == (1000, 500)


def test_an_alternative_text_alone_is_a_caption():
    assert read(json.dumps({"caption": None, "alt_text": "Cat"}))[:2] == ("Cat", "Cat")


@pytest.mark.parametrize("said", ["", "Sure!", "{", '{"caption": ""}', "[1]", '{"a": ' * 9000, "null"])
def test_what_has_no_caption(said):
    with pytest.raises(Unreadable):
        read(said)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["caption", "alt_text", "tags", "name"]), inner),
)


@given(JSON.map(json.dumps) | st.text())
def test_nothing_else_is_raised(said):
    with suppress(Unreadable):
        caption, alt_text, tags = read(said)
        assert caption
        assert alt_text
        assert all(0 < len(tag) <= answer.MAX_TAG for tag in tags)


def test_outcomes_are_those_of_the_ledger():
    from gallery.models import Annotation

    assert {str(each) for each in Outcome} == set(Annotation.Outcome.values)
