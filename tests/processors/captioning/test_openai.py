"""What only servers of OpenAI's chat completions do, each its own way. What all captioners do: test_contract.py."""

import json
from urllib.parse import urlsplit

import pytest

from processors.captioning import Declined, Permanent, Retryable, openai
from processors.captioning.shell import Model
from tests.processors.captioning.conftest import KEY, Purse, made, subject
from tests.servers import openai as api
from tests.servers.model import CAPTION

pytestmark = pytest.mark.server


@pytest.fixture
def captioner(servers, pauses):
    return made("openai", servers["openai"], pauses)


def sent(captioner, field):
    return [field in request["body"] for request in captioner.server.requests]


def test_request(captioner):
    captioner.ask((200, api.GOOD))
    (request,) = captioner.server.requests
    assert (request["path"], request["headers"]["Authorization"]) == ("/v1/chat/completions", f"Bearer {KEY}")
    shape = request["body"]["response_format"]["json_schema"]["schema"]
    assert shape["required"] == ["caption", "alt_text", "tags", "text"]
    assert json.dumps(shape) in request["body"]["messages"][0]["content"]  # some servers know no response_format


def test_without_a_key_none_is_sent(captioner):
    """Ollama and llama.cpp want none. Messages name the server."""
    captioner.client = openai.client("", "qwen3-vl", f"{captioner.server.url}/")
    assert captioner.ask((200, api.GOOD)).model == "qwen3-vl"
    (request,) = captioner.server.requests
    assert (request["path"], "Authorization" in request["headers"]) == ("/v1/chat/completions", False)
    assert captioner.client.vendor == urlsplit(captioner.server.url).netloc


@pytest.mark.parametrize("said", ["Unknown field: response_format", "json_schema is not supported", "grammar: no"])
def test_a_server_that_knows_no_schema(captioner, said):
    assert captioner.ask(api.error(400, said), (200, api.GOOD)).words
    assert sent(captioner, "response_format") == [True, False]
    captioner.ask((200, api.GOOD))  # it has learnt
    assert sent(captioner, "response_format") == [False]
    assert captioner.outcomes == []


def test_a_model_with_another_name_for_the_limit(captioner):
    refusal = api.error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    assert captioner.ask(refusal, (200, api.GOOD)).words
    assert sent(captioner, "max_completion_tokens") == [False, True]
    assert sent(captioner, "max_tokens") == [True, False]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_takes_the_key_nowhere(captioner, servers, status):
    servers["gemini"].say((200, api.GOOD))
    with pytest.raises(Exception, match=f"refused the request \\({status}\\)"):
        captioner.ask((status, {}, {"Location": servers["gemini"].url}))
    assert (servers["gemini"].requests, captioner.count) == ([], 1)


def test_an_answer_in_parts(captioner):
    text = json.dumps(CAPTION)
    parts = [{"type": "text", "text": text[:30]}, {"type": "text", "text": text[30:]}, {"type": "other"}, "odd"]
    assert captioner.ask((200, api.said(parts))).words[0].alt_text == "Red square"


@pytest.mark.parametrize("content", [{"type": "text", "text": "A cat."}, 7, True])
def test_an_answer_that_is_no_text(captioner, content):
    with pytest.raises(Permanent, match="was empty, and the next was of no use either"):
        captioner.ask((200, api.said(content)))
    assert (captioner.count, captioner.outcomes) == (2, ["unreadable", "unreadable"])


@pytest.mark.parametrize("reason", [None, "stop", "eos", 7])
def test_any_other_end_is_an_end(captioner, reason):
    assert captioner.ask((200, api.said(json.dumps(CAPTION), reason))).words


def test_what_it_declined_by(captioner):
    with pytest.raises(Declined, match=r"\(content_filter\)"):
        captioner.ask((200, api.BLOCKED))
    with pytest.raises(Declined, match=r"\(refusal\)"):
        captioner.ask((200, api.SAFETY))


def test_an_error_within_an_answer(captioner):
    """Of OpenRouter, where the model behind it broke down: it may have been charged."""
    with pytest.raises(Retryable, match="broke off"):
        captioner.ask((200, {"error": {"code": 502, "message": "no"}}))
    assert captioner.outcomes == ["unknown", "unknown"]


@pytest.mark.parametrize(
    "usage", [None, {}, {"prompt_tokens": 0, "completion_tokens": 9}, {"prompt_tokens": "7"},
              {"prompt_tokens": 10**6, "completion_tokens": 1}, {"prompt_tokens": 5, "completion_tokens": -1}],
)  # fmt: skip
def test_tokens_that_nobody_can_believe(captioner, usage):
    request = captioner.ask((200, {**api.GOOD, "usage": usage})).request
    assert (request.input_tokens, request.output_tokens, request.usd) == (None, None, None)


def test_an_answer_without_end_is_not_read_on(captioner, monkeypatch):
    monkeypatch.setattr(openai, "_LONGEST", 100)
    with pytest.raises(Exception, match="could not be read"):
        captioner.ask((200, api.said(json.dumps(CAPTION) + " " * 1000)))


def test_a_wrong_path(captioner):
    with pytest.raises(Exception, match="look at CAPTION_URL: it mostly ends with /v1"):
        captioner.ask(api.error(404))


def test_a_name_that_leads_nowhere(pauses):
    model = Model(openai.client(KEY, "any", "http://no-such-host.invalid/v1"), lambda: None)
    with pytest.raises(Retryable, match=r"no-such-host.invalid could not be reached"):
        model.describe(subject(), Purse())
