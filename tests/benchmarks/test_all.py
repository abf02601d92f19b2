"""Every benchmark with tiny sizes: its code runs and says something. What it measures then is worth nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES
from benchmarks.harness import Line, at_most, in_turn, ratio, short
from benchmarks.report import END, PAGE, START, table

ROOT = Path(__file__).parents[2]
PACKAGED = ("cold_start", "event_to_row", "captioners")  # they build the functions' packages


def run(*names: str) -> str:
    """The table that `make bench` prints for these, measured in sizes that take no time."""
    command = [sys.executable, "-m", "benchmarks", "--tiny", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=270)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_it_works():
    assert run("presign").startswith("| what | goal | measured | holds |\n")


@pytest.mark.server
@pytest.mark.parametrize("names", [[name for name in NAMES if name not in PACKAGED]], ids=["all but the packages"])
def test_all_run(names):
    lines = [line for line in run(*names).splitlines() if line.startswith("| ")]
    assert len(lines) > 40
    assert all(line.count(" | ") >= 2 for line in lines)


@pytest.mark.server
@pytest.mark.package
def test_those_with_packages_run():
    said = run(*PACKAGED)
    assert "cold start of thumbnail.zip" in said
    assert "\n| annotation-gemini.zip (" in said


def test_every_benchmark_is_named():
    helpers = {
        "harness",
        "report",
        "world",
        "inside",
        "one_machine",
        "photos",
        "processes",
        "packages",
        "reference_flask",
    }
    files = {path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py")}
    assert files == {*NAMES, *helpers}


def test_unknown_name():
    done = subprocess.run([sys.executable, "-m", "benchmarks", "galery"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "There is no benchmark galery. There are: thumbnails," in done.stderr


def test_turns():
    turns: list[str] = []
    taken = in_turn({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, rounds=3, times=2)
    assert "".join(turns) == "ab" + "aabb" * 3
    assert set(taken) == {"a", "b"}


def test_lines():
    assert ratio("x", 0.2, 0.1, 1.5, "y") == Line("x", "≤ 1.5 x y", "2.00 (200 ms to 100 ms)", False)
    assert at_most("x", 1.0, 2, "s").holds
    assert [short(seconds) for seconds in (2.5, 0.0025, 0.0000025)] == ["2.5 s", "2.5 ms", "2.5 µs"]


def test_table():
    text = table([Line("a", "≤ 1", "2", False, "Why."), Line("b", "", "3", None, "Why."), Line("c", "≤ 1", "1", True)])
    assert "| a (1) | ≤ 1 | 2 | **no** |\n| b (1) |  | 3 |  |\n| c | ≤ 1 | 1 | yes |\n" in text
    assert text.endswith("\n1. Why.\n")


def test_results_are_in_the_page():
    page = PAGE.read_text()
    assert re.search(f"{START}\nMeasured on 20.*{END}", page, re.DOTALL)
