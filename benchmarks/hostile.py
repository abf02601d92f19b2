"""What hostile pictures cost: those that were dear once, each, and the dearest of all the others that tests know."""

import io
from collections.abc import Iterator

from benchmarks.harness import MIB, TINY, Line
from processors.images import asker
from processors.images.check import Limits, Refused
from tests import cases, pictures

LIMITS = Limits(max_bytes=10**9)
WANTS = ("preview", "thumbnail")
MOST = 0.1
NOTE = "CPU and resident memory of the child that makes both sizes, or refuses. How it ends is in tests/cases.py."


def lines() -> Iterator[Line]:
    for name, (make, _) in cases.DEAR.items():
        if not TINY or name in ("one-row.png", "uvlc.avif"):
            data = make()
            cpu, memory = _cost(data)
            yield Line(
                f"{name}, {len(data) / 1024:.0f} KiB: its child", f"≤ {LIMITS.cpu} s and {LIMITS.memory // MIB} MiB",
                f"{cpu:.2f} s, {memory / MIB:.0f} MiB", cpu <= LIMITS.cpu + 1 and memory <= LIMITS.memory, NOTE,
            )  # fmt: skip
    taken = {name: _cost(make()) for name, (make, _) in pictures.HOSTILE.items() if name not in cases.DEAR}
    worst = max(taken, key=lambda name: taken[name])
    yield Line(
        f"refusing {len(taken)} other kinds of hostile pictures, the dearest ({worst}): CPU", "≤ 100 ms",
        f"{taken[worst][0] * 1e3:.1f} ms", taken[worst][0] <= MOST,
    )  # fmt: skip


def _cost(data: bytes) -> tuple[float, int]:
    """Seconds of CPU and bytes."""
    try:
        taken = asker.ask(io.BytesIO(data), LIMITS, WANTS)
    except Refused:  # by its first bytes
        return 0.0, 0
    return taken.cpu, taken.memory
