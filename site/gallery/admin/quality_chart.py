"""The share accepted of each model and prompt as a point, its interval as a whisker, in numbers for an SVG."""

from dataclasses import dataclass

from gallery.quality import Reviewed

WIDTH, ROW, TOP, LEFT = 640, 52, 12, 12  # of the picture's own units
MOST = 20  # rows; more nobody reads
LONGEST = 52  # letters of a name for which there is room
TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Mark:
    """One row. `label`: cut off to fit; `title`: what the pointer shows, in full."""

    y: int
    low: int
    high: int
    point: int
    label: str
    title: str


@dataclass(frozen=True)
class Chart:
    """`described`: the same in sentences, for who does not see it. `left_out`: how many rows had no room."""

    width: int
    height: int
    floor: int
    marks: list[Mark]
    ticks: list[tuple[int, str]]
    described: str
    left_out: int


def chart(rows: list[tuple[str, Reviewed]]) -> Chart:
    """Of names, and what was reviewed of each: at least one caption."""
    shown = rows[:MOST]
    marks = [_mark(number, name, reviewed) for number, (name, reviewed) in enumerate(shown)]
    floor, ticks = TOP + ROW * len(shown), [(_x(tick / 100), f"{tick} %") for tick in TICKS]
    return Chart(WIDTH, floor + 24, floor, marks, ticks, _described(shown), len(rows) - len(shown))


def _mark(number: int, name: str, reviewed: Reviewed) -> Mark:
    low, high = reviewed.interval
    label = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return Mark(TOP + ROW * number, _x(low), _x(high), _x(reviewed.share or 0), label, f"{name}: {reviewed.words}")


def _x(share: float) -> int:
    return LEFT + round((WIDTH - 2 * LEFT) * share)


def _described(rows: list[tuple[str, Reviewed]]) -> str:
    return " ".join(f"{name}: {reviewed.words}." for name, reviewed in rows) or "Nothing was reviewed in this period."
