"""Any server that speaks OpenAI's chat completions, by urllib3: Ollama, llama.cpp, LM Studio, vLLM, OpenRouter, OpenAI,
and Gemini's own compatible endpoint. They differ in what they know of it, so the shape of the answer is asked for in
words, too, and what a server refuses to know is left out."""

import base64
import json
import re
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3 import exceptions

from processors.captioning import Answer, End, Failed, Lost, Question, Unreachable
from processors.captioning.shell import seconds_of

_AT_ONCE = 32  # requests; of more, urllib3 says in the log that its pool is full
_LONGEST = 2_000_000  # bytes of an answer that are read
_MOST_TOKENS = 1_000_000  # no answer has more; a server that says so is not believed
_SHAPE = "Answer with one JSON object by this JSON schema and nothing else: "
_ENDS = {"length": End.CUT_OFF, "content_filter": End.DECLINED}


class OpenAi:
    """`vendor`: the server's host and port, as that is who answers."""

    model_setting, key_help = "CAPTION_MODEL", "It is what CAPTION_API_KEY, or on AWS its secret, holds."

    def __init__(self, key: str, model: str, url: str) -> None:
        self.vendor, self.model = urlsplit(url).netloc, model
        self._url = f"{url.rstrip('/')}/chat/completions"
        # A new connection each time: an idle one may be cut off unseen while a function is frozen.
        self._headers = {"Connection": "close"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._pool = urllib3.PoolManager(
            retries=False, maxsize=_AT_ONCE
        )  # no redirects either: they would take the key along
        self._limit, self._shaped = "max_tokens", True

    def ask(self, question: Question, seconds: float) -> Answer:
        try:
            return self._ask(question, seconds)
        except Failed as error:
            if not self._can_do_without(error):
                raise
        return self.ask(question, seconds)  # the refusal cost nothing

    def _can_do_without(self, error: Failed) -> bool:
        """Whether the server named a field that it does not know; from now on requests do without it."""
        said = error.message.lower()
        if error.status not in (400, 422):
            return False
        if self._limit == "max_tokens" and "max_completion_tokens" in said:
            self._limit = "max_completion_tokens"  # OpenAI's newer models
        elif self._shaped and any(word in said for word in ("response_format", "json_schema", "grammar")):
            self._shaped = False
        else:
            return False
        return True

    def _ask(self, question: Question, seconds: float) -> Answer:
        sent: dict[str, Any] = {"json": self._body(question), "headers": self._headers, "timeout": seconds}
        try:
            with self._pool.request("POST", self._url, preload_content=False, **sent) as response:
                said = response.read(_LONGEST)
        except exceptions.ReadTimeoutError:
            raise TimeoutError from None
        except exceptions.ProtocolError:
            raise Lost from None
        except (exceptions.ConnectTimeoutError, exceptions.SSLError):
            raise Unreachable from None
        if response.status != 200:
            raise _failure(response.status, said.decode(errors="replace"), response.headers.get("Retry-After", ""))
        return _answer(json.loads(said))

    def _body(self, question: Question) -> dict[str, Any]:
        shape = {"type": "json_schema", "json_schema": {"name": "description", "schema": question.schema}}
        picture = f"data:image/jpeg;base64,{base64.b64encode(question.jpeg).decode()}"
        told = [{"type": "text", "text": question.data}] if question.data else []
        return {
            "model": self.model,
            "messages": [
                {"role": "system", "content": f"{question.instructions}\n{_SHAPE}{json.dumps(question.schema)}"},
                {"role": "user", "content": [*told, {"type": "image_url", "image_url": {"url": picture}}]},
            ],
            self._limit: question.max_output_tokens,
        } | ({"response_format": shape} if self._shaped else {})


def client(key: str, model: str, url: str) -> OpenAi:
    """`key`: "" for a server that wants none. `url`: as CAPTION_URL has it, without /chat/completions."""
    return OpenAi(key, model, url)


def _failure(status: int, said: str, after: str) -> Failed:
    """Gemini's compatible endpoint puts the seconds into the body, within a list."""
    return Failed(status, said[:5000], seconds_of(after, *re.findall(r'"retryDelay":\s*"([\d.]+)s"', said)))


def _answer(body: dict[str, Any]) -> Answer:
    tokens = _tokens(body.get("usage") or {})
    if body.get("error"):  # it had begun, and can't go on (OpenRouter: "Errors", mid-generation)
        raise Lost
    if not body["choices"]:
        return Answer("", *tokens, End.DECLINED if tokens[0] else End.DONE, "no answer")
    choice = body["choices"][0]
    message, reason = choice["message"], choice.get("finish_reason")
    if message.get("refusal"):
        return Answer("", *tokens, End.DECLINED, "refusal")
    return Answer(_text(message.get("content")), *tokens, _ENDS.get(reason, End.DONE), str(reason))


def _text(content: Any) -> str:
    """Some servers answer with a list of parts."""
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _tokens(usage: dict[str, Any]) -> tuple[int | None, int | None]:
    """In and out; of a server that counts thoughts in the total only, the total says what is paid."""
    into, out, total = (_count(usage.get(f"{which}_tokens")) for which in ("prompt", "completion", "total"))
    if not into or out is None:
        return None, None
    return into, max(out, (total or 0) - into)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value < _MOST_TOKENS else None
