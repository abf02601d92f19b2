"""What every benchmark uses: a line of the table, measuring in turns, and progress."""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TINY = "--tiny" in sys.argv  # small sizes: proves that the code of a benchmark runs, measures nothing
MIB = 1024 * 1024


@dataclass(frozen=True)
class Line:
    """One line of the table. `holds`: whether the goal is met; None where there is no goal. `note`: what a reader has
    to know about the figures."""

    what: str
    goal: str
    measured: str
    holds: bool | None = None
    note: str = ""


def ratio(what: str, one: float, other: float, most: float, unit: str, note: str = "") -> Line:
    """`one` is at most `most` times `other`; both in seconds."""
    times = one / other
    measured = f"{times:.2f} ({short(one)} to {short(other)})"
    return Line(what, f"≤ {most:g} x {unit}", measured, times <= most, note)


def at_most(what: str, value: float, most: float, unit: str, note: str = "") -> Line:
    return Line(what, f"≤ {most:g} {unit}", f"{value:.3g} {unit}", value <= most, note)


def short(seconds: float) -> str:
    """A time in the unit that fits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def size(full: int, tiny: int) -> int:
    return tiny if TINY else full


def in_turn(
    sides: dict[str, Callable[[], Any]], *, rounds: int = 7, times: int = 1, clock: Callable[[], float] | None = None
) -> dict[str, float]:
    """Seconds that one call of each takes, the median of some rounds of `times` calls. In every round each side has
    its turn, so that a busy machine is busy for all. CPU time of this process if no other clock is given."""
    clock = clock or time.process_time
    rounds, times = size(rounds, 1), size(times, 1)
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for side in sides.values():  # what is loaded, built or connected once
        side()
    for _ in range(rounds):
        for name, side in sides.items():
            start = clock()
            for _ in range(times):
                side()
            taken[name].append((clock() - start) / times)
    return {name: statistics.median(values) for name, values in taken.items()}


def say(words: str) -> None:
    """Progress."""
    print(f"  {words}", file=sys.stderr, flush=True)
