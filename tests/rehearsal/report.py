"""What the person at the terminal sees: each step as it begins and ends, with its time, and a table at the end."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Step:
    """`result`: what came of it in a few words, set by whoever does it."""

    name: str
    result: str = "done"
    seconds: float = 0.0
    failed: bool = False


@dataclass
class Report:
    """Steps may run side by side: each prints lines of its own."""

    steps: list[Step] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def failed(self) -> bool:
        return any(step.failed for step in self.steps)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time what is done within; an exception is noted as the result and goes on its way."""
        step = Step(name)
        began = time.monotonic()
        self.say(f"     …  {name}")
        try:
            yield step
        except BaseException as problem:
            step.failed = True
            step.result = _first_line(problem)
            raise
        finally:
            step.seconds = time.monotonic() - began
            with self._lock:
                self.steps.append(step)
            self.say(f"{step.seconds:6.1f}s  {name}: {'FAILED, ' if step.failed else ''}{step.result}")

    def say(self, line: str) -> None:
        with self._lock:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def table(self) -> str:
        wide = max(len(step.name) for step in self.steps)
        lines = [f"{'step':<{wide}}  {'time':>8}  result"]
        for step in self.steps:
            words = f"FAILED: {step.result}" if step.failed else step.result
            lines.append(f"{step.name:<{wide}}  {step.seconds:6.1f} s  {words}")
        return "\n".join(lines)


def _first_line(problem: BaseException) -> str:
    text = str(problem).strip().splitlines()
    return f"{type(problem).__name__}: {text[0]}" if text else type(problem).__name__
