"""`make attack`: a site on this machine is attacked, bounded in count and time. A table, and exit code 1 where
something is not as it should be. FULL=1: each kind of slow connection alone as well."""

import os
import sys
import time
from collections.abc import Callable

from tests.attack import headers, hostile, kills, logins, slow

ATTACKS: list[Callable[[], list[slow.Row]]] = [
    lambda: slow.run(full=os.environ.get("FULL") == "1"),
    hostile.run,
    kills.run,
    logins.run,
    headers.run,
]


def main() -> int:
    begin, failed = time.monotonic(), 0
    for attack in ATTACKS:
        for name, figure, ok in attack():
            failed += not ok
            print(f"{'ok' if ok else 'NOT OK':7} {name:45} {figure}", flush=True)
    print(f"{time.monotonic() - begin:.0f} s, not as it should be: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
