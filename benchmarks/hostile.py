"""What it costs to refuse a hostile picture of at most 64 KiB, of each kind that the tests know."""

import io
from collections.abc import Iterator

from benchmarks.harness import Line, in_turn, say
from processors.pictures import Limits, Refused, inspect, verify
from tests import pictures

MOST_BYTES, MOST = 64 * 1024, 0.1


def lines() -> Iterator[Line]:
    made = {name: make() for name, (make, _) in pictures.HOSTILE.items()}
    small = {name: data for name, data in made.items() if len(data) <= MOST_BYTES}
    say(f"{len(small)} of {len(made)} kinds have at most 64 KiB")
    taken = in_turn({name: lambda data=data: _refused(data) for name, data in small.items()}, rounds=3)
    worst = max(taken, key=lambda name: taken[name])
    yield Line(
        f"hostile pictures ≤ 64 KiB of {len(small)} kinds: refusing the dearest ({worst}), CPU", "≤ 100 ms",
        f"{taken[worst] * 1e3:.1f} ms", taken[worst] <= MOST,
    )  # fmt: skip
    large = {name: lambda data=data: _refused(data) for name, data in made.items() if name not in small}
    taken = in_turn(large, rounds=3)
    worst = max(taken, key=lambda name: taken[name])
    yield Line(
        f"… and of {len(large)} larger ones ({worst}, {len(made[worst]) // 1024} KiB)", "",
        f"{taken[worst] * 1e3:.1f} ms",
    )  # fmt: skip


def _refused(data: bytes) -> None:
    """Raises AssertionError if it is not."""
    try:
        verify(io.BytesIO(data), inspect(io.BytesIO(data), Limits()))
    except Refused:
        return
    raise AssertionError("a hostile picture was accepted")
