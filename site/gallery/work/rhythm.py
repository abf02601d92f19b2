"""Something that a loop does now and then."""

import time
from collections.abc import Callable


def every(seconds: float, do: Callable[[], object]) -> Callable[[], None]:
    """To be called often: does it at the first call, and again when so many seconds are over. What fails waits for its
    next turn, as whoever calls has other things to do."""
    due = 0.0

    def maybe() -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + seconds
            do()

    return maybe
