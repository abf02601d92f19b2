"""What the worker of one machine takes while nothing is to be done, among a million pictures in SQLite."""

import tempfile
from collections.abc import Iterator
from typing import Any

from benchmarks import one_machine
from benchmarks.harness import Line, in_turn, ratio, size

ROWS, FEW = size(1_000_000, 1000), 1000
NOTE = (
    "CPU of one look at the queue, for its three kinds of job, and for a recaption that is open: four questions to an"
    " index. The worker looks 2.5 times a second."
)


def lines() -> Iterator[Line]:
    taken = {rows: _look(rows) for rows in (FEW, ROWS)}
    yield ratio(f"the worker's look at an empty queue, {ROWS:,} pictures", taken[ROWS], taken[FEW], 1.5, "1,000", NOTE)
    share = taken[ROWS] * 2.5
    yield Line("… idle, of one core", "≤ 0.01", f"{share:.4f}", share <= 0.01, NOTE)


def _look(rows: int) -> float:
    """Seconds of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        return float(one_machine.inside("queue", one_machine.made(folder, rows)))


def inside() -> Any:
    from benchmarks.inside import django

    django()

    from gallery.work import queue, recaption
    from processors import records

    def look() -> None:
        assert recaption.top_up(4) == 0
        for kind in records.all_kinds():
            assert queue.due(kind, 2) == []

    return in_turn({"look": look}, rounds=9, times=50)["look"]
