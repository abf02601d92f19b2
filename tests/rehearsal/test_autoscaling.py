"""The simulation of target tracking, and what is read from ab."""

from itertools import pairwise
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


def test_it_works() -> None:
    """Out under load, one after the other; in again after it, down to the least."""
    sizes = [each.instances for each in simulate(300.0)]
    assert (sizes[0], max(sizes), sizes[-1]) == (1, 3, 1)
    assert all(abs(a - b) <= 1 for a, b in pairwise(sizes))


def test_first_scale_out_after_three_minutes_above_the_target() -> None:
    run = simulate(300.0)
    assert [each.instances for each in run[5:9]] == [1, 1, 1, 2]
    assert run[5].cpu == 100.0


def test_second_scale_out_waits_for_the_warm_up() -> None:
    """The reference's instances came 295 s apart."""
    sizes = [each.instances for each in simulate(300.0)]
    assert sizes.index(3) - sizes.index(2) == 5


def test_all_requests_are_answered() -> None:
    assert round(sum(each.rate * 60 for each in simulate(300.0))) == 1_000_000


def test_nothing_happens_within_the_limits() -> None:
    assert {each.instances for each in simulate(300.0, Policy(least=3))} == {3}


def test_words() -> None:
    assert words(simulate(300.0)).startswith(f"1 at {BEGIN}, 2 at 17:48, 3 at 17:53")
    assert clock(80) == "19:00"


def test_chart(tmp_path: Path) -> None:
    draw(simulate(300.0), 300.0, tmp_path / "chart.png")
    with Image.open(tmp_path / "chart.png") as chart:
        assert len(chart.convert("RGB").getcolors(100_000)) > 5


def test_parse() -> None:
    assert parse(AB) == Result(30000, 0, 0, 30000, 812.52, 1693, 2401, 3001)
