"""Files that want memory and CPU, all at once, while others look at the gallery."""

import threading
from concurrent.futures import ThreadPoolExecutor

import requests

from tests import cases
from tests.attack.slow import GOAL, Row, probe, site
from tests.flow.visitor import Visitor


def run() -> list[Row]:
    """Each file of `tests.cases.DEAR` is refused in a sentence or taken, and none is answered with 500."""
    files = {name: make() for name, (make, _) in cases.DEAR.items()}
    over = threading.Event()
    with site() as url, ThreadPoolExecutor(5) as threads:
        probes = threads.submit(probe, url, over.is_set)
        answers = list(threads.map(lambda item: _send(url, *item), files.items()))
        over.set()
        asked, good = probes.result()
    bad = [status for status in answers if status not in (200, 422, 503)]
    return [
        (f"{len(files)} hostile files", f"{len(answers) - len(bad)} answered in words", not bad),
        ("gallery and /healthz meanwhile", f"{good} of {asked} probes within 1 s", good >= GOAL * asked),
    ]


def _send(url: str, name: str, body: bytes) -> int:
    try:
        with Visitor(url) as visitor:
            return visitor.post("/", {}, [("files", (name, body, "image/jpeg"))]).status_code
    except requests.RequestException:
        return 0
