"""What a server of OpenAI's chat completions says: the answers of a local server. The names are those of gemini.py."""

import json
from typing import Any

from tests.servers.model import BREAK_OFF, CAPTION, FakeModel

__all__ = ["BREAK_OFF", "CAPTION"]  # beside what is defined here
USAGE = {"prompt_tokens": 1220, "completion_tokens": 60, "total_tokens": 1280}


def said(text: Any, reason: str | None = "stop", **message: Any) -> dict[str, Any]:
    """An answer with this text, or with a list of parts."""
    content = {"role": "assistant", "content": text, **message}
    choice = {"index": 0, "finish_reason": reason, "message": content}
    return {"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice], "usage": USAGE}


GOOD = said(json.dumps(CAPTION))
BLOCKED = said(None, "content_filter")
EMPTY = said("")
SAFETY = said(None, refusal="I can't help with that.")
NO_ANSWER = {"choices": [], "usage": USAGE}
CUT_OFF = said('{"caption": "A r', "length")
CUT_OFF_BEHIND_ITS_END = said(json.dumps(CAPTION), "length")
GARBAGE = {"choices": [{"message": {"content": "Sure! Here it is"}}]}
WRONG_SHAPES = [[], "text", {"choices": "none"}, {"choices": [{"message": "text"}]}]
# Gemini's compatible endpoint tells of thoughts by the total alone.
THOUGHTFUL = {**GOOD, "usage": {**USAGE, "total_tokens": 1320}}


def error(status: int, message: str = "no", delay: str = "") -> tuple[int, Any]:
    """A refusal; `delay`: when to come again, as Gemini's compatible endpoint has it, such as "2s"."""
    info = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}]
    content = {"message": message, "type": "failed", "code": status, **({"details": info} if delay else {})}
    return status, [{"error": content}] if delay else {"error": content}


class FakeOpenAi(FakeModel):
    def __init__(self) -> None:
        super().__init__(GOOD)
        self.url += "/v1"
