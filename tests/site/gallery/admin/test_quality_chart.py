import pytest

from gallery.admin.quality_chart import LEFT, LONGEST, MOST, TOP, WIDTH, chart
from gallery.quality import Reviewed


def test_it_works():
    made = chart([("gemini-x, Dry", Reviewed(accepted=5, edited=5)), ("gemini-y, Dry", Reviewed(edited=10))])
    first, second = made.marks
    assert (first.point, second.point, second.low) == (WIDTH // 2, LEFT, LEFT)
    assert WIDTH // 2 - first.low == first.high - WIDTH // 2 > 100
    assert (first.y, made.floor) == (TOP, second.y + second.y - first.y)
    assert first.title == "gemini-x, Dry: Accepted unedited 50 % (24–76) of 10"
    assert made.described == f"{first.title}. gemini-y, Dry: Accepted unedited 0 % (0–28) of 10."


def test_the_axis_has_all_percents_where_they_are_needed():
    made = chart([("x", Reviewed(accepted=1, edited=9))])
    assert (made.begin, made.ticks[0], made.ticks[-1]) == (0, (LEFT, "0 %"), (WIDTH - LEFT, "100 %"))
    assert [label for _, label in made.ticks] == ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]


@pytest.mark.parametrize(("edited", "begin"), [(0, 75), (40, 50), (100, 25), (400, 0)])
def test_the_axis_begins_before_the_least(edited, begin):
    made = chart([("x", Reviewed(accepted=100)), ("y", Reviewed(accepted=100, edited=edited))])
    assert (made.begin, made.ticks[0]) == (begin, (LEFT, f"{begin} %"))
    assert all(LEFT <= mark.low < mark.point <= mark.high <= WIDTH - LEFT for mark in made.marks)


def test_what_has_no_room_is_said():
    made = chart([(f"Model {number}", Reviewed(accepted=1)) for number in range(MOST + 3)])
    assert (len(made.marks), made.left_out) == (MOST, 3)
    assert "Model 19:" in made.described
    assert "Model 20:" not in made.described


def test_a_long_name_is_cut_off_and_stands_in_full_beside_it():
    (mark,) = chart([("x" * 100, Reviewed(accepted=1))]).marks
    assert mark.label == "x" * (LONGEST - 1) + "…"
    assert mark.title.startswith("x" * 100 + ": ")


def test_without_a_review():
    made = chart([])
    assert (made.marks, made.left_out) == ([], 0)
    assert made.described == "Nothing was reviewed in this period."
