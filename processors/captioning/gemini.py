"""Google Gemini by google-generativeai, with its traps closed: its own retry goes on for 600 s, `.text` raises on a
blocked answer, and its exceptions hold the request with the key. Why it is used:
docs/decisions/20261124-gemini-client.md."""

import warnings
from typing import Any

import requests
from urllib3.exceptions import ProtocolError

from processors.captioning import Answer, End, Failed, Lost, Question, Unreachable
from processors.captioning.shell import seconds_of
from processors.captioning.words import GEMINI_KEYS

with warnings.catch_warnings():
    # "Support has ended", and which versions of Python come next, at every import; the decision record says why it is
    # used.
    warnings.simplefilter("ignore")
    import google.generativeai as genai
    from google.api_core import exceptions as google_errors

_STOP, _MAX_TOKENS, _RECITATION = 1, 2, 4  # Candidate.FinishReason


class Gemini:
    vendor, model_setting, key_help = "Gemini", "GEMINI_MODEL", GEMINI_KEYS

    def __init__(self, key: str, model: str, endpoint: str = "") -> None:
        options = {"api_endpoint": endpoint} if endpoint else None
        genai.configure(api_key=key, transport="rest", client_options=options)
        self.model = model

    def ask(self, question: Question, seconds: float) -> Answer:
        config: Any = {"response_mime_type": "application/json", "response_schema": question.schema}
        config["max_output_tokens"] = question.max_output_tokens
        model = genai.GenerativeModel(self.model, generation_config=config, system_instruction=question.instructions)
        picture = {"mime_type": "image/jpeg", "data": question.jpeg}
        options: Any = {"retry": None, "timeout": seconds}
        try:
            answer = model.generate_content([*filter(None, [question.data]), picture], request_options=options)
        except (requests.exceptions.RequestException, google_errors.GoogleAPICallError) as error:
            raise _failure(error) from None
        return _answer(answer)


def client(key: str, model: str, url: str = "") -> Gemini:
    """`url`: another endpoint than Google's, for tests."""
    return Gemini(key, model, url)


def _answer(answer: Any) -> Answer:
    usage = answer.usage_metadata
    tokens_in, total = usage.prompt_token_count or None, usage.total_token_count
    # What the model thought is paid as output, and in this library only the total tells of it.
    tokens_out = max(usage.candidates_token_count, total - tokens_in) if tokens_in else None
    if blocked := answer.prompt_feedback.block_reason:
        return Answer("", tokens_in, tokens_out, End.DECLINED, _word(blocked))
    if not answer.candidates:
        return Answer("", tokens_in, tokens_out, End.DECLINED if tokens_in else End.DONE, "no answer")
    candidate = answer.candidates[0]
    reason = candidate.finish_reason
    ends = {0: End.DONE, _STOP: End.DONE, _MAX_TOKENS: End.CUT_OFF, _RECITATION: End.RECITED}
    said = "".join(part.text for part in candidate.content.parts)
    return Answer(said, tokens_in, tokens_out, ends.get(reason, End.DECLINED), _word(reason))


def _word(reason: Any) -> str:
    """Google's name for it; of one that is younger than this library, the number."""
    return str(getattr(reason, "name", reason))


def _failure(error: Any) -> Exception:
    if isinstance(error, requests.exceptions.ReadTimeout):
        return TimeoutError()
    if isinstance(error, requests.exceptions.RequestException):
        broke_off = any(isinstance(part, ProtocolError) for part in error.args)  # urllib3: after it was sent
        return Lost() if broke_off else Unreachable()
    headers = getattr(error.response, "headers", None) or {}
    details = [detail.get("retryDelay", "") for detail in error.details or () if isinstance(detail, dict)]
    return Failed(int(error.code or 0), str(error.message), seconds_of(headers.get("Retry-After", ""), *details))
