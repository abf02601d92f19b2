"""Google Gemini by google-genai, with its traps closed: it goes on by requests of its own where an answer is long,
follows a redirect with the key, does not look at Retry-After, and its timeout is in milliseconds and from byte to
byte."""

from typing import Any

import httpx2
from google import genai
from google.genai import errors, types

from processors.captioning import Answer, End, Failed, Lost, Question, Unreachable
from processors.captioning.shell import seconds_of
from processors.captioning.words import GEMINI_KEYS

_ENDS = {
    None: End.DONE,
    types.FinishReason.FINISH_REASON_UNSPECIFIED: End.DONE,
    types.FinishReason.STOP: End.DONE,
    types.FinishReason.MALFORMED_RESPONSE: End.DONE,  # to be read as well as it can be
    types.FinishReason.MAX_TOKENS: End.CUT_OFF,
    types.FinishReason.CONTINUATION: End.CUT_OFF,
    types.FinishReason.RECITATION: End.RECITED,
}
_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


class Genai:
    vendor, model_setting, key_help = "Gemini", "GEMINI_MODEL", GEMINI_KEYS

    def __init__(self, key: str, model: str, endpoint: str = "") -> None:
        options = types.HttpOptions(base_url=endpoint or None, client_args={"follow_redirects": False})
        self._client = genai.Client(api_key=key, vertexai=False, http_options=options)
        self._thinking: types.ThinkingConfig | None = types.ThinkingConfig(thinking_level=types.ThinkingLevel.MINIMAL)
        self.model = model

    def ask(self, question: Question, seconds: float) -> Answer:
        try:
            return self._ask(question, seconds)
        except Failed as error:
            if error.status != 400 or "thinking" not in error.message.lower() or self._thinking is None:
                raise
            self._thinking = None  # a model that can't think so little; the refusal cost nothing
        return self._ask(question, seconds)

    def _ask(self, question: Question, seconds: float) -> Answer:
        picture = types.Part.from_bytes(data=question.jpeg, mime_type="image/jpeg")
        told = [types.Part.from_text(text=question.data)] if question.data else []
        try:
            answer = self._client.models.generate_content(
                model=self.model,
                contents=types.Content(role="user", parts=[*told, picture]),
                config=self._config(question, seconds),
            )
        except (errors.APIError, httpx2.TransportError) as error:
            raise _failure(error) from None
        return _answer(answer)

    def _config(self, question: Question, seconds: float) -> types.GenerateContentConfig:
        return types.GenerateContentConfig(
            system_instruction=question.instructions,
            response_mime_type="application/json",
            response_schema=question.schema,
            max_output_tokens=question.max_output_tokens,
            media_resolution=types.MediaResolution.MEDIA_RESOLUTION_HIGH,  # what prices.toml counts
            thinking_config=self._thinking,
            automatic_continuation=False,  # nothing is reserved for further requests
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            http_options=types.HttpOptions(timeout=max(1, round(seconds * 1000))),
        )


def client(key: str, model: str, url: str = "") -> Genai:
    """`url`: another endpoint than Google's, for tests."""
    return Genai(key, model, url)


def _answer(answer: types.GenerateContentResponse) -> Answer:
    tokens_in, tokens_out = _tokens(answer.usage_metadata)
    if answer.prompt_feedback and answer.prompt_feedback.block_reason:
        return Answer("", tokens_in, tokens_out, End.DECLINED, answer.prompt_feedback.block_reason.name)
    if not answer.candidates:
        return Answer("", tokens_in, tokens_out, End.DECLINED if tokens_in else End.DONE, "no answer")
    candidate = answer.candidates[0]
    parts = (candidate.content and candidate.content.parts) or []
    said = "".join(part.text for part in parts if part.text and not part.thought)
    reason = candidate.finish_reason
    return Answer(said, tokens_in, tokens_out, _ENDS.get(reason, End.DECLINED), reason.name if reason else "")


def _tokens(usage: types.GenerateContentResponseUsageMetadata | None) -> tuple[int | None, int | None]:
    """In and out. What the model thought is paid as output."""
    if not usage or not usage.prompt_token_count:
        return None, None
    out = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
    return usage.prompt_token_count, max(out, (usage.total_token_count or 0) - usage.prompt_token_count)


def _failure(error: errors.APIError | httpx2.TransportError) -> Exception:
    if isinstance(error, errors.APIError):
        after = (getattr(error.response, "headers", None) or {}).get("Retry-After", "")
        return Failed(int(error.code or 0), str(error.message), seconds_of(after, *_delays(error)))
    if isinstance(error, _NOT_SENT):
        return Unreachable()
    return TimeoutError() if isinstance(error, httpx2.TimeoutException) else Lost()


def _delays(error: errors.APIError) -> list[Any]:
    """retryDelay of each google.rpc.RetryInfo in the body."""
    found = error.details.get("error") if isinstance(error.details, dict) else None
    details = found.get("details") if isinstance(found, dict) else None
    return [detail.get("retryDelay", "") for detail in details or () if isinstance(detail, dict)]
