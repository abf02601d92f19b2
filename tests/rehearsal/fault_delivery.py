"""What S3, SNS and SQS may do with a message."""

import random
import time

from processors.records import KINDS
from tests.rehearsal.deployment import Deployment
from tests.rehearsal.fault_gemini import letters
from tests.rehearsal.uploads import finished, make_late, photos, rows, upload, wait_finished, wait_until

ROUND_SECONDS = 30  # between two looks of a worker at the queue: EVERY_SECONDS of site/gallery/work/housekeeping.py


def twice_and_shuffled(deployment: Deployment) -> str:
    """Every message comes twice, in any order: the work is done once, and Gemini is paid once."""
    host = deployment.host
    with host.holding() as held:
        tally = upload(deployment.url, photos(10))
    deliveries = held * 2
    random.Random(7).shuffle(deliveries)
    assert len(deliveries) == 40
    host.deliver(deliveries)
    wait_finished(deployment, tally.accepted)
    assert {row["thumbnail"]["attempts"] for row in rows(deployment, tally.accepted)} == {1}
    paid, done, dead = deployment.gemini.paid, finished(deployment, tally.accepted), letters(deployment)
    assert (len(tally.accepted), done, paid, dead) == (10, 10, 10, 0), (done, paid, dead)
    return f"{len(deliveries)} deliveries: accepted 10, finished {done}, lost 0, paid {paid}"


def lost(deployment: Deployment) -> str:
    """Messages that reach nobody. Whoever looks after the queue sends the jobs again when they are late, and another
    instance takes over from the one that did: nobody has to do anything, and nothing is paid twice."""
    with deployment.host.holding() as dropped:
        tally = upload(deployment.url, photos(4))
    assert (len(dropped), finished(deployment, tally.accepted)) == (8, 0)
    for instance in deployment.instances[1:]:
        instance.kill_worker()
    make_late(deployment, tally.accepted)
    began = time.monotonic()
    wait_until(lambda: finished(deployment, tally.accepted) == 4, 2 * ROUND_SECONDS + 15, "housekeeping")
    seconds, paid = time.monotonic() - began, deployment.gemini.paid
    deployment.host.settle()
    attempts = {row[kind]["attempts"] for row in rows(deployment, tally.accepted) for kind in KINDS}
    assert (attempts, paid) == ({1}, 4), (attempts, paid)
    return (
        f"{len(dropped)} messages lost; accepted 4, finished 4, sent again by the worker that was left of 3 within"
        f" {seconds:.0f} s, lost 0, paid {paid}"
    )
