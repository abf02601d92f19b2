"""What only google-generativeai does. What all captioners do: test_contract.py."""

import subprocess
import sys

import pytest

from processors.captioning import Declined, Permanent
from tests.processors.captioning.conftest import KEY, made
from tests.servers import gemini as api

pytestmark = pytest.mark.server


@pytest.fixture
def gemini(servers, pauses):
    return made("gemini", servers["gemini"], pauses)


def test_request(gemini):
    gemini.ask((200, api.GOOD))
    (request,) = gemini.server.requests
    assert request["path"].startswith("/v1beta/models/gemini-3.5-flash-lite:generateContent")
    assert request["headers"]["x-goog-api-key"] == KEY
    config = request["body"]["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert set(config["responseSchema"]["required"]) == {"caption", "alt_text", "tags", "text"}


def test_its_warnings_fill_no_log():
    command = [sys.executable, "-W", "default", "-c", "import processors.captioning.gemini"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stderr == ""


def test_its_own_retry_is_off(gemini):
    """It would ask again for 600 s; only a key that is refused by 401 is tried again by itself, twice."""
    with pytest.raises(Permanent, match=r"AIza or, .* AQ\."):
        gemini.ask(api.error(401))
    assert len(gemini.server.requests) == 3
    assert gemini.ask(api.error(503), (200, api.GOOD)).words
    assert len(gemini.server.requests) == 2


@pytest.mark.filterwarnings("ignore::UserWarning")  # proto-plus says that it does not know it
def test_a_reason_that_is_younger_than_the_library(gemini):
    answer = {"promptFeedback": {"blockReason": 77}, "usageMetadata": api.USAGE}
    with pytest.raises(Declined, match=r"declined the picture \(77\)"):
        gemini.ask((200, answer))
