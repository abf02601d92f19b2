"""More than the functions can do at once, and what none of them can do."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from processors.records import RECEIVES, TOO_OFTEN, TRIES
from tests.flow.test_restart import is_wide, poison
from tests.pictures import jpeg
from tests.rehearsal.deployment import Deployment
from tests.rehearsal.fault_gemini import letters
from tests.rehearsal.uploads import finished, make_late, photos, rows, upload, wait_finished, wait_until

BURST = 500


def burst(deployment: Deployment) -> str:
    """500 pictures at once are worked off in their turn: never more functions than were permitted, and never more
    connections to the database than it was given for all."""
    seeds = iter(range(10_000, 10_000 + BURST))
    most = int(deployment.outputs["database_connections"]["together"])
    deployment.database.query("FLUSH STATUS")
    began = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda seed: _copy(deployment, seed), seeds))
    sql = "SELECT uuid FROM images WHERE s3_key LIKE 'uploads/burst/%%'"
    wait_until(lambda: len(deployment.database.query(sql)) == BURST, 300, "the rows of the burst")
    uuids = [row["uuid"] for row in deployment.database.query(sql)]
    wait_finished(deployment, uuids, 400)
    seconds = time.monotonic() - began
    (status,) = deployment.database.query("SHOW STATUS LIKE 'Max_used_connections'")
    used = int(status["Value"])
    busiest = {name: (function.source.most, function.places) for name, function in deployment.host.functions.items()}
    assert used <= most, (used, most)
    assert all(0 < ran <= places for ran, places in busiest.values()), busiest
    assert (letters(deployment), deployment.gemini.paid) == (0, BURST)
    ran = ", ".join(f"{count} of {places}" for count, places in busiest.values())
    return (
        f"finished {BURST} in {seconds:.0f} s, lost 0, paid {BURST}; at most {used} connections of {most};"
        f" functions at once: {ran}"
    )


def _copy(deployment: Deployment, seed: int) -> None:
    body = jpeg(160, 120, seed=seed)
    deployment.client("s3").put_object(Bucket=deployment.bucket, Key=f"uploads/burst/{seed}.jpg", Body=body)


def poisoned(deployment: Deployment) -> str:
    """A picture that ends the function each time: it is a dead letter after the fifth, an alarm says so, and the others
    go on. Housekeeping tries it until the last of its tries; then it has failed, in words."""
    function = deployment.host.functions[deployment.functions["annotation"]]
    with _killing(deployment, function) as kills:
        (uuid,) = upload(deployment.url, [poison()]).accepted
        others = upload(deployment.url, photos(4)).accepted
        wait_finished(deployment, others)
        wait_until(lambda: letters(deployment) == 1, 90, "the dead letter")
        assert len(kills) == RECEIVES
        assert rows(deployment, [uuid])[0]["annotation"]["state"] == "running"
        sql = "UPDATE jobs SET attempts = %s WHERE id = %s"
        deployment.database.query(sql, TRIES, rows(deployment, [uuid])[0]["annotation"]["id"])
        make_late(deployment, [uuid])
        wait_until(lambda: rows(deployment, [uuid])[0]["annotation"]["state"] == "failed", 60, "the end of its tries")
    assert rows(deployment, [uuid])[0]["annotation"]["error"] == TOO_OFTEN
    said = deployment.instances[0].manage("redrive")
    wait_finished(deployment, [uuid])
    assert "Messages taken from the dead-letter queues: 1; the database did not know of 0." in said
    assert (letters(deployment), finished(deployment, others)) == (0, 4)
    return (
        f"killed {len(kills)} functions, 1 dead letter, then failed in words; 4 others finished; after redrive finished"
    )


@contextmanager
def _killing(deployment: Deployment, function: Any) -> Iterator[list[int]]:
    """Within, whoever asks Gemini about the wide picture is killed."""
    kills: list[int] = []

    def before(body: Any) -> None:
        if is_wide(body):
            (row,) = deployment.database.query(
                "SELECT s3_key FROM images WHERE width > 3 * height ORDER BY id DESC LIMIT 1"
            )
            kills.append(function.kill(row["s3_key"]))

    deployment.gemini.before = before
    try:
        yield kills
    finally:
        deployment.gemini.before = lambda body: None
