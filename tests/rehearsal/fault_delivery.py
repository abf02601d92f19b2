"""What S3, SNS and Lambda may do with an event."""

import random

from tests.rehearsal.deployment import Deployment
from tests.rehearsal.uploads import finished, photos, rows, upload, wait_finished


def twice_and_shuffled(deployment: Deployment) -> str:
    """Every event comes twice, in any order: the work is done once, and Gemini is paid once."""
    host = deployment.host
    with host.holding() as held:
        tally = upload(deployment.url, photos(10))
    deliveries = held * 2
    random.Random(7).shuffle(deliveries)
    assert len(deliveries) == 40
    host.deliver(deliveries)
    wait_finished(deployment, tally.accepted)
    assert {row["thumbnail_attempts"] for row in rows(deployment, tally.accepted)} == {1}
    paid, done = deployment.gemini.paid, finished(deployment, tally.accepted)
    assert (len(tally.accepted), done, paid) == (10, 10, 10)
    return f"{len(deliveries)} deliveries: accepted 10, finished {done}, lost 0, paid {paid}"
