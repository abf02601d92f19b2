"""1,500 visitors at once (Apache's ab, keep-alive) on the gallery, the production's settings; the Flask reference in
the same run."""

import re
import statistics
import subprocess
from collections.abc import Iterator

from benchmarks import world
from benchmarks.harness import Line, at_most, say, size
from benchmarks.processes import flask, site

ROWS = 500
CLIENTS = size(1500, 20)
OURS, THEIRS = size(20_000, 200), size(2_000, 40)
NOTE = (
    "ab, gunicorn and MariaDB share the cores. Visitors without a cookie: the pages come from the few-seconds page"
    " cache. The Flask reference has no TLS to its database."
)


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    ours, theirs = [], {}
    with site() as running:
        for workers in (1, 2):
            say(f"{OURS:,} requests to ours")
            ours.append(ab(f"{running.url}/gallery", OURS))
            with flask(workers) as url:
                say(f"{THEIRS:,} requests to the Flask reference ({workers} workers)")
                theirs[workers] = ab(f"{url}/gallery", THEIRS)
                assert theirs[workers]["failed"] == 0
    failed = sum(run["failed"] for run in ours)
    what = f"ab -n {OURS} -c {CLIENTS} -k on /gallery"
    yield Line(f"{what}: failed requests", "0", f"{failed:.0f}", failed == 0, NOTE)
    yield at_most("… p99", statistics.median(run["p99"] for run in ours) / 1000, 2, "s", NOTE)
    rate = statistics.median(run["rate"] for run in ours)
    what, times = "… requests a second, Flask with gunicorn's defaults", rate / theirs[1]["rate"]
    yield Line(what, "≥ 30 x the Flask reference's", _words(rate, theirs[1]["rate"]), times >= 30, NOTE)
    yield Line("… Flask with our two workers of 16 threads", "", _words(rate, theirs[2]["rate"]), None, NOTE)


def _words(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.0f} x ({ours:.0f}/s to {theirs:.0f}/s)"


def ab(url: str, requests: int, clients: int = CLIENTS) -> dict[str, float]:
    """failed (or not 2xx), p99 in ms, and rate in requests a second. AssertionError if ab gave up."""
    command = ["ab", "-q", "-k", "-s", "120", "-n", str(requests), "-c", str(min(clients, requests)), url]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

    def number(pattern: str) -> float:
        found = re.search(pattern, done.stdout)
        return float(found[1]) if found else 0.0

    # A page's length may change between requests (another window of URLs): ab counts that as failed, too.
    failed = number(r"Failed requests: +(\d+)") - number(r"Length: (\d+)") + number(r"Non-2xx responses: +(\d+)")
    return {"failed": failed, "p99": number(r"\n +99% +(\d+)"), "rate": number(r"Requests per second: +([\d.]+)")}
