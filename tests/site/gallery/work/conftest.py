from typing import Any

import pytest

from gallery.work import topic


class Sns:
    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.error: Exception | None = None

    def publish(self, **message: str) -> None:
        if self.error:
            raise self.error
        self.sent.append(message)


@pytest.fixture
def on_aws(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Sns:
    settings.ON_AWS, settings.TOPIC_ARN, settings.S3_BUCKET = True, "arn:topic", "bucket"
    sns = Sns()
    monkeypatch.setattr(topic, "_sns", lambda: sns)
    return sns
