"""What a gunicorn worker of an instance holds, and what it takes to start one: the production's settings."""

from collections.abc import Iterator
from urllib.request import urlopen

from benchmarks import world
from benchmarks.harness import Line, at_most, say, size
from benchmarks.processes import cpu_seconds, pss_mib, site, workers

ROWS, REQUESTS = 500, size(200, 4)
PAGES = ("/gallery", "/", "/readyz")


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    with site() as running:
        master = running.process.pid
        urlopen(f"{running.url}/readyz", timeout=30).close()
        started = cpu_seconds(master) + sum(cpu_seconds(pid) for pid in workers(master))
        say(f"{REQUESTS} requests of each kind")
        for _ in range(REQUESTS):
            for page in PAGES:
                urlopen(running.url + page, timeout=30).close()
        each = [pss_mib(pid) for pid in workers(master)]
        yield at_most("memory of a web worker after some hundred requests, PSS", max(each), 75, "MiB")
        everything = sum(each) + pss_mib(master)
        yield Line("… of both and gunicorn's master", "", f"{everything:.0f} MiB", None)
        yield at_most("start of an instance's gunicorn until it answers, CPU", started, 1.5, "s", NOTE)


NOTE = "Two workers and the master, with everything that they import; boto3 is two thirds of it."
