"""A short day in the rehearsal's deployment, in which every process notes its calls to AWS."""

import json
from pathlib import Path
from typing import Any

from processors import events
from processors.records import KINDS
from tests.flow.visitor import Visitor
from tests.iam import recorder
from tests.pictures import jpeg
from tests.rehearsal import faults, story
from tests.rehearsal.deployment import Deployment
from tests.rehearsal.person import chromium
from tests.rehearsal.report import Report
from tests.rehearsal.uploads import finished, wait_finished, wait_until

FAULT = "Gemini is down for good, then back"  # jobs fail, dead letters are brought back


def record(report: Report, file: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Play it; returns the calls that were noted in `file`, and what `terraform show -json` says of the state."""
    deployment = Deployment(report, **recorder.environment(file))
    try:
        deployment.start()
        with chromium() as browser:
            story.play(deployment, browser)
        faults.rehearse(deployment, FAULT)
        for step in (comes_twice_and_goes, is_copied_into_the_bucket, is_in_the_dead_letters_alone):
            with report.step((step.__doc__ or "").strip(".")) as line:
                line.result = step(deployment)
        shown = json.loads(deployment.stack.terraform("show", "-json"))
    finally:
        deployment.stop()
    return [json.loads(line) for line in file.read_text().splitlines()], shown


def comes_twice_and_goes(deployment: Deployment) -> str:
    """A picture is uploaded twice, looked at, downloaded and deleted."""
    with Visitor(deployment.url) as visitor:
        body = jpeg(900, 600, seed=77)
        uuid = visitor.upload("once.jpg", body)
        wait_finished(deployment, [uuid])
        assert visitor.upload("twice.jpg", body) == uuid
        assert visitor.pictures(f"/images/{uuid}")
        assert visitor.get(f"/images/{uuid}/original", allow_redirects=False).status_code == 302
        visitor.post(f"/images/{uuid}/delete", {"sure": "yes"})
        assert visitor.get(f"/images/{uuid}").status_code == 404
    return "one row, and then none"


def is_copied_into_the_bucket(deployment: Deployment) -> str:
    """A picture is copied into the bucket by an administrator."""
    _copy(deployment, "uploads/copied/1.jpg", 78)
    return _is_finished(deployment, "uploads/copied/1.jpg")


def is_in_the_dead_letters_alone(deployment: Deployment) -> str:
    """A picture of which only dead letters know is brought back."""
    key = "uploads/lost/1.jpg"
    with deployment.host.holding():
        _copy(deployment, key, 79)
    letter = events.message(events.Upload(deployment.bucket, key))
    for kind in KINDS:
        url = deployment.outputs["dead_letter_queues"][kind]
        deployment.client("sqs").send_message(QueueUrl=url, MessageBody=letter)
    deployment.instances[0].manage("redrive")
    return _is_finished(deployment, key)


def _copy(deployment: Deployment, key: str, seed: int) -> None:
    deployment.client("s3").put_object(Bucket=deployment.bucket, Key=key, Body=jpeg(900, 600, seed=seed))


def _is_finished(deployment: Deployment, key: str) -> str:
    """Until it has a thumbnail and a caption."""
    uuids = _uuids(deployment, key)
    wait_until(lambda: finished(deployment, uuids), 60, "thumbnail and caption")
    wait_finished(deployment, uuids)
    return "registered, thumbnail and caption"


def _uuids(deployment: Deployment, key: str) -> list[str]:
    """Of the picture that was registered for this key."""
    found = "SELECT uuid FROM images WHERE s3_key = %s"
    wait_until(lambda: deployment.database.query(found, key), 60, "the picture's registration")
    return [row["uuid"] for row in deployment.database.query(found, key)]
