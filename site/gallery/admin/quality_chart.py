"""The share accepted of each model and prompt as a point, its interval as a whisker, in numbers for an SVG."""

from dataclasses import dataclass

from gallery.quality import Reviewed

WIDTH, ROW, TOP, LEFT = 640, 64, 4, 36  # of the picture's own units
MOST = 20  # rows; more nobody reads
LONGEST = 52  # letters of a name for which there is room
STEPS = 5  # of the axis


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
    """`begin`: of the axis, in percent; it ends with 100. `described`: the same in sentences, for who does not see it.
    `left_out`: how many rows had no room."""

    width: int
    height: int
    floor: int
    begin: int
    marks: list[Mark]
    ticks: list[tuple[int, str]]
    described: str
    left_out: int


def chart(rows: list[tuple[str, Reviewed]]) -> Chart:
    """Of names, and what was reviewed of each: at least one caption."""
    shown = rows[:MOST]
    begin = _begin([reviewed.interval.low for _, reviewed in shown])
    marks = [_mark(number, name, reviewed, begin) for number, (name, reviewed) in enumerate(shown)]
    ticks = [(_x(tick / 100, begin), f"{tick} %") for tick in range(begin, 101, (100 - begin) // STEPS)]
    floor = TOP + ROW * len(shown)
    return Chart(WIDTH, floor + 28, floor, begin, marks, ticks, _described(shown), len(rows) - len(shown))


def _begin(lows: list[float]) -> int:
    """0, 25, 50 or 75: so that small differences between good ones are seen."""
    return min(25 * int(4 * min(lows, default=0)), 75)


def _mark(number: int, name: str, reviewed: Reviewed, begin: int) -> Mark:
    low, high, point = (_x(share, begin) for share in (*reviewed.interval, reviewed.share or 0))
    label = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return Mark(TOP + ROW * number, low, high, point, label, f"{name}: {reviewed.words}")


def _x(share: float, begin: int) -> int:
    return LEFT + round((WIDTH - 2 * LEFT) * (100 * share - begin) / (100 - begin))


def _described(rows: list[tuple[str, Reviewed]]) -> str:
    return " ".join(f"{name}: {reviewed.words}." for name, reviewed in rows) or "Nothing was reviewed in this period."
