"""`make bench`: every benchmark, one table, docs/performance.md. `make bench gallery`: that one, on the screen."""

import importlib
import sys
import time

from benchmarks import report
from benchmarks.harness import TINY, Line

NAMES = (
    "thumbnails",
    "quality",
    "memory",
    "hostile",
    "visit",
    "presign",
    "gallery",
    "deep_pages",
    "admin_list",
    "search",
    "recaption",
    "review",
    "spending",
    "captions_quality",
    "load",
    "queue",
    "live",
    "worker",
    "upload",
    "event_to_row",
    "cold_start",
    "captioners",
)


def main(chosen: list[str]) -> None:
    if unknown := set(chosen) - set(NAMES):
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.")
    lines: list[Line] = []
    for number, name in enumerate(chosen or NAMES, 1):
        print(f"{number}/{len(chosen or NAMES)} {name} …", file=sys.stderr, flush=True)
        start = time.monotonic()
        lines += importlib.import_module(f"benchmarks.{name}").lines()
        print(f"  {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    print(report.table(lines))
    if not chosen and not TINY:
        report.write(lines)


if __name__ == "__main__":
    main([argument for argument in sys.argv[1:] if not argument.startswith("--")])
