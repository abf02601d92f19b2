from typing import Any

import pytest

from gallery.work import messages

QUEUES = {"thumbnail": "https://sqs/thumbnail", "annotation": "https://sqs/annotation"}


class Sqs:
    """`waiting`: how many messages each queue says that it has."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.waiting = 0
        self.error: Exception | None = None

    def send_message(self, **message: str) -> None:
        if self.error:
            raise self.error
        self.sent.append(message)

    def get_queue_attributes(self, **asked: Any) -> Any:
        if self.error:
            raise self.error
        return {"Attributes": {asked["AttributeNames"][0]: str(self.waiting)}}


@pytest.fixture
def on_aws(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Sqs:
    settings.ON_AWS, settings.QUEUES, settings.S3_BUCKET = True, QUEUES, "bucket"
    settings.DEAD_LETTER_QUEUES = {}
    sqs = Sqs()
    monkeypatch.setattr(messages, "sqs", lambda: sqs)
    return sqs
