"""What Gemini's REST API says, to google-generativeai and google-genai alike: the answers of a local server."""

import json
from typing import Any

from tests.servers.model import BREAK_OFF, CAPTION, FakeModel

__all__ = ["BREAK_OFF", "CAPTION"]  # beside what is defined here
USAGE = {"promptTokenCount": 1220, "candidatesTokenCount": 60, "totalTokenCount": 1280}


def said(text: str, reason: str = "STOP") -> dict[str, Any]:
    """An answer with this text."""
    candidate = {"finishReason": reason, "content": {"parts": [{"text": text}], "role": "model"}}
    return {"candidates": [candidate], "usageMetadata": USAGE}


def ended(reason: str) -> dict[str, Any]:
    """An answer without any."""
    return {"candidates": [{"finishReason": reason}], "usageMetadata": USAGE}


GOOD = said(json.dumps(CAPTION))
(DONE,) = GOOD["candidates"]
BLOCKED = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": USAGE}
EMPTY = {"candidates": [{"finishReason": "STOP", "content": {"role": "model"}}], "usageMetadata": USAGE}
SAFETY = ended("SAFETY")
RECITATION = ended("RECITATION")
NO_ANSWER = {"usageMetadata": USAGE}
CUT_OFF = said('{"caption": "A r', "MAX_TOKENS")
CUT_OFF_BEHIND_ITS_END = said(json.dumps(CAPTION), "MAX_TOKENS")
GARBAGE = {"candidates": [{"finishReason": "STOP", "content": {"parts": [{"text": "Sure! Here it is"}]}}]}
WRONG_SHAPES = [[], "text", {"candidates": "none"}, {"candidates": [{"content": {"parts": "text"}}]}]
# With what a model thought: it is paid, and only the total tells the older client of it.
THOUGHTFUL = {**GOOD, "usageMetadata": {**USAGE, "thoughtsTokenCount": 40, "totalTokenCount": 1320}}


def error(status: int, message: str = "no", delay: str = "") -> tuple[int, dict[str, Any]]:
    """A refusal; `delay`: when to come again, in Google's own way, such as "2s"."""
    info = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}]
    content = {"code": status, "message": message, "status": "FAILED", **({"details": info} if delay else {})}
    return status, {"error": content}


# By name, for whoever tries them on a server that is left running: POST /mood {"mood": "429"}
MOODS = {
    "good": (200, GOOD),
    "slow": ("slow", GOOD),
    "429": error(429),
    "500": error(500),
    "blocked": (200, BLOCKED),
    "garbage": (200, GARBAGE),
}


class FakeGemini(FakeModel):
    moods = MOODS

    def __init__(self) -> None:
        super().__init__(GOOD)
