"""`make rehearse`: the whole deployment on this machine, the story played in it, and a table of what came of it.

By environment: KEEP=1 leaves it running, FAULTS=1 rehearses the faults, LOAD=1 the load."""

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Any

from tests.rehearsal import faults, load, story
from tests.rehearsal.deployment import Deployment
from tests.rehearsal.person import chromium
from tests.rehearsal.report import Report
from tests.servers.gemini import MOODS


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    report = Report()
    deployment = Deployment(report)
    try:
        with suppress(Exception):  # the report has it, and the table says it
            deployment.start()
            play(deployment)
        report.say("\n" + report.table())
        if wanted("KEEP") and not report.failed:
            with suppress(KeyboardInterrupt):
                keep(deployment)
    except KeyboardInterrupt:
        report.say("Stopped.")
        return 130
    finally:
        deployment.stop()
    return 1 if report.failed else 0


def wanted(name: str) -> bool:
    return os.environ.get(name, "").strip() not in ("", "0")


def play(deployment: Deployment) -> None:
    """The story; then the faults, where one that fails does not keep the others from their turn; then the load."""
    with chromium() as browser:
        story.play(deployment, browser)
    for name in faults.FAULTS if wanted("FAULTS") else []:
        with suppress(Exception):
            faults.rehearse(deployment, name)
    if wanted("LOAD"):
        load.rehearse(deployment)


def keep(deployment: Deployment) -> None:
    """Until Ctrl+C."""
    moods = ", ".join(MOODS)
    deployment.report.say(
        f"""
It goes on running; Ctrl+C ends it.
  the site        {deployment.url}    moderators: {deployment.tunnel}/admin/ (mod, {story.PASSWORD})
  AWS (moto)      {deployment.moto.url}    AWS_ENDPOINT_URL={deployment.moto.url} aws s3 ls s3://{deployment.bucket}
  the database    mariadb --socket={deployment.database.server.folder}/s.sock -u root {deployment.database.name}
  Gemini's mood   curl -d '{{"mood": "429"}}' {deployment.gemini.url}/mood    ({moods})
  logs            {deployment.folder}"""
    )
    threading.Event().wait()


def _interrupt(*_: Any) -> None:
    """SIGTERM ends it as Ctrl+C does: every server is stopped."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
