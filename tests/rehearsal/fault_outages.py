"""The database away, and its password changed under everybody's feet."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.flow.visitor import Visitor
from tests.rehearsal.deployment import Deployment
from tests.rehearsal.uploads import finished, left_behind, photos, upload, wait_finished

AWAY_SECONDS = 30.0


def database_stops(deployment: Deployment) -> str:
    """While 50 uploads and 5 direct copies come in. Messages come back only four times sooner than on AWS: the outage
    must end before the last time, as it does there."""
    deployment.host.set_clock(4.0)
    with ThreadPoolExecutor(2) as threads:
        uploading = threads.submit(upload, deployment.url, photos(50), people=4, pause=3.0)
        time.sleep(4)
        away = threads.submit(deployment.database.away, AWAY_SECONDS)
        time.sleep(5)
        _copy_into_the_bucket(deployment, 5)
        tally = uploading.result()
        away.result()
    accepted = len(tally.accepted)
    assert accepted + len(tally.refused) == 50
    assert 5 <= accepted < 50, accepted
    assert {status for status, _ in tally.refused} <= {500, 503}, tally.words
    assert tally.words == {"Something went wrong here"}
    wait_finished(deployment, tally.accepted, 240)
    assert left_behind(deployment) == 0
    later = upload(deployment.url, tally.again)
    wait_finished(deployment, later.accepted)
    dropped = [row["uuid"] for row in deployment.database.query("SELECT uuid FROM images WHERE sha256 IS NULL")]
    assert finished(deployment, dropped) == 5
    paid = deployment.gemini.paid
    assert len(later.accepted) == len(tally.refused), later.words
    places = deployment.host.functions[deployment.functions["annotation"]].places
    # Whose answer came while the database went away could not be written down, and was asked for again.
    assert 55 <= paid <= 55 + places
    return (
        f"accepted {accepted}, finished {accepted}, lost 0; {len(tally.refused)} were told “{tally.words.pop()}” and"
        f" left nothing, sent again: finished; 5 copied into the bucket: finished; paid {paid}"
    )


def _copy_into_the_bucket(deployment: Deployment, number: int) -> None:
    for index, body in enumerate(photos(number)):
        deployment.client("s3").put_object(Bucket=deployment.bucket, Key=f"uploads/copied/{index}.jpg", Body=body)


def password_rotates(deployment: Deployment) -> str:
    """Twice, while people browse and upload. Connections that have been idle are ended, so that new ones come up."""
    manager, database = deployment.client("secretsmanager"), deployment.database
    over = threading.Event()
    with ThreadPoolExecutor(4) as threads:
        browsing = [threads.submit(browse, deployment.url, over) for _ in range(3)]
        uploading = threads.submit(upload, deployment.url, photos(16), people=2, pause=1.0)
        ended = 0
        for number in range(2):
            time.sleep(3)
            database.rotate(manager, deployment.secret_arn, f"rotated-password-{number}")
            for _ in range(2):
                time.sleep(2)
                ended += database.cut_idle()
        tally = uploading.result()
        over.set()
        statuses = [status for future in browsing for status in future.result()]
    assert set(statuses) == {200}, Counter(statuses)
    assert tally.refused == []
    assert ended > 0
    wait_finished(deployment, tally.accepted)
    done, paid = finished(deployment, tally.accepted), deployment.gemini.paid
    assert (done, paid) == (16, 16)
    return (
        f"{len(statuses)} pages without a failure, accepted 16, finished {done}, lost 0, paid {paid};"
        f" {ended} connections made anew"
    )


def browse(url: str, over: threading.Event) -> list[int]:
    """The status of every page of somebody who looks at the gallery until it is over."""
    statuses: list[int] = []
    with Visitor(url) as visitor:
        while not over.is_set():
            statuses += [visitor.get(path).status_code for path in ("/gallery", "/", "/gallery?q=red")]
            time.sleep(0.1)
    return statuses
