"""The shell's grammar, as far as the guide uses it."""

import pytest

from tests.docs import shell


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aws a b --c d", [["aws", "a", "b", "--c", "d"]]),
        ("aws a \\\n  b", [["aws", "a", "b"]]),
        ("one; two | three && four", [["one"], ["two"], ["three"], ["four"]]),
        ("""a 'b "c' "d 'e" f\\ g""", [["a", 'b "c', "d 'e", "f g"]]),
        ('outer --x "$(inner --y z)" w', [["inner", "--y", "z"], ["outer", "--x", "$(…)", "w"]]),
        ("a $(b $(c) d)", [["c"], ["b", "$(…)", "d"], ["a", "$(…)"]]),
        ("a b # a comment\nc", [["a", "b"], ["c"]]),
        ("a '$(b)'", [["a", "$(b)"]]),
        ("a > /dev/null 2>&1 b 2>x < y", [["a"], ["1", "b"]]),
    ],
)
def test_commands(text, expected):
    assert shell.commands(text) == expected


def test_blocks():
    page = "Words with `some\ncode` in them:\n\n    one\n    two\n\nThen\n\n    three\n"
    assert shell.blocks(page) == ["one\ntwo\n", "three\n", "some code"]
