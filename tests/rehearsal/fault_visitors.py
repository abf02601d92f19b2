"""People who mean no good, through the proxy."""

import re

from tests.attack.slow import GOAL, KINDS, SECONDS, under
from tests.flow.visitor import Visitor
from tests.pictures import HOSTILE, jpeg
from tests.rehearsal.deployment import INSTANCES, Deployment
from tests.rehearsal.uploads import left_behind, sentence

LONG_NAME = "ö" * 500 + ".jpg"
TOO_LARGE = 26_000_000


def hostile_uploads(deployment: Deployment) -> str:
    """Each kind is refused with a sentence of its own, and leaves nothing."""
    before = _count(deployment)
    with Visitor(deployment.url) as visitor:
        for name, (make, words) in HOSTILE.items():
            assert re.search(words, _refused(visitor, name, make())), name
        assert "name is too long" in _refused(visitor, LONG_NAME, jpeg())
        assert "at most 25 MB" in _refused(visitor, "large.jpg", bytes(TOO_LARGE))
    deployment.host.settle()
    assert (_count(deployment), left_behind(deployment), deployment.gemini.paid) == (before, 0, 0)
    assert len(deployment.balancer.healthy()) == INSTANCES
    kinds = len(HOSTILE) + 2
    return f"{kinds} kinds: accepted 0, each refused in a sentence, no row, no object, paid 0"


def slow_connections(deployment: Deployment) -> str:
    """The load balancer hands slow bodies on, so what holds them is the instance's nginx: both are attacked."""
    figures = []
    for name, url in (("proxy", deployment.url), ("instance", f"http://127.0.0.1:{deployment.instances[0].port}")):
        asked, good, uploaded = under(url, list(KINDS), SECONDS)
        assert uploaded, name
        assert good >= GOAL * asked, (name, good, asked)
        figures.append(f"{name}: {good} of {asked} probes within 1 s, an upload meanwhile done")
    deployment.host.settle()
    return "; ".join(figures)


def _refused(visitor: Visitor, name: str, body: bytes) -> str:
    answer = visitor.post("/", {}, [("files", (name, body, "image/jpeg"))])
    assert answer.status_code in (400, 422), f"{name[:40]}: {answer.status_code}"
    return sentence(answer.text)


def _count(deployment: Deployment) -> int:
    return int(deployment.database.query("SELECT COUNT(*) AS number FROM images")[0]["number"])
