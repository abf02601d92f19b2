"""The simulation of target tracking, and what is read from ab."""

from pathlib import Path

from PIL import Image

from tests.rehearsal.autoscaling import BEGIN, Policy, clock, simulate, words
from tests.rehearsal.autoscaling_chart import draw
from tests.rehearsal.load import Result, parse

AB = """Complete requests:      30000
Failed requests:        0
Keep-Alive requests:    30000
Requests per second:    812.52 [#/sec] (mean)
  50%   1693
  95%   2401
  99%   3001
"""


def sizes(**policy: int) -> list[int]:
    return [each.instances for each in simulate(300.0, Policy(**policy))]


def test_it_works() -> None:
    """The reference's activity history: in at 18:02 and 18:03, out at 18:09 and 18:14."""
    assert words(simulate(300.0)) == (
        "3 at 17:40, 2 at 18:02, 1 at 18:03, 2 at 18:09, 3 at 18:14, 2 at 18:35, 1 at 18:36"
    )


def test_out_after_three_minutes_above_the_target() -> None:
    run = simulate(300.0)
    first = next(each.minute for each in run if each.instances == 1 and each.cpu > 70)
    assert sizes()[first : first + 4] == [1, 1, 1, 2]


def test_the_next_one_waits_for_the_warm_up() -> None:
    found = sizes()[24:]  # after the group has come down to one
    assert found.index(3) - found.index(2) == 5


def test_who_boots_answers_nothing() -> None:
    run = simulate(300.0)
    assert {each.rate for each in run} == {0.0, 300.0, 600.0, 900.0}
    assert all(each.rate in (0.0, each.serving * 300.0) for each in run)


def test_limits_of_the_group() -> None:
    assert set(sizes(least=3)) == {3}
    assert set(sizes(most=1)[30:]) == {1}


def test_clock() -> None:
    assert [clock(minute) for minute in (0, 20, 80)] == [BEGIN, "18:00", "19:00"]


def test_chart(tmp_path: Path) -> None:
    draw(simulate(300.0), 300.0, tmp_path / "chart.png")
    with Image.open(tmp_path / "chart.png") as chart:
        assert len(chart.convert("RGB").getcolors(100_000)) > 5


def test_parse() -> None:
    assert parse(AB) == Result(30000, 0, 0, 30000, 812.52, 1693, 2401, 3001)
