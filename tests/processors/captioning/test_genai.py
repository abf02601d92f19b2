"""What only google-genai does. What all captioners do: test_contract.py."""

import pytest

from processors.captioning import Declined, Permanent
from tests.processors.captioning.conftest import KEY, made
from tests.servers import gemini as api

pytestmark = pytest.mark.server


@pytest.fixture
def genai(servers, pauses):
    return made("genai", servers["genai"], pauses)


def test_request(genai):
    genai.ask((200, api.GOOD))
    (request,) = genai.server.requests
    assert request["path"].endswith("/models/gemini-3.5-flash-lite:generateContent")
    assert request["headers"]["x-goog-api-key"] == KEY
    config = request["body"]["generationConfig"]
    assert (config["mediaResolution"], config["responseMimeType"]) == ("MEDIA_RESOLUTION_HIGH", "application/json")
    assert list(config["thinkingConfig"].values()) == ["MINIMAL"]
    assert set(config["responseSchema"]["required"]) == {"caption", "alt_text", "tags", "text"}


def test_a_model_that_can_not_think_so_little(genai):
    refusal = api.error(400, "Thinking level MINIMAL is not supported for this model.")
    assert genai.ask(refusal, (200, api.GOOD)).words
    assert [("thinkingConfig" in each["body"]["generationConfig"]) for each in genai.server.requests] == [True, False]
    genai.ask((200, api.GOOD))
    assert genai.count == 1
    with pytest.raises(Permanent, match="400"):
        genai.ask(refusal)
    assert genai.count == 1


def test_it_sends_no_request_of_its_own(genai):
    """Where an answer may be continued, the library would go on without a reservation."""
    candidate = {**api.CUT_OFF["candidates"][0], "finishReason": "CONTINUATION", "continuationToken": "YWJj"}
    with pytest.raises(Permanent, match="cut off"):
        genai.ask((200, {**api.CUT_OFF, "candidates": [candidate]}))
    assert (genai.count, genai.outcomes) == (2, ["cut off", "cut off"])


def test_thoughts_are_no_answer(genai):
    (candidate,) = api.GOOD["candidates"]
    thought = {"text": '{"caption": "my first idea"}', "thought": True}
    parts = [*candidate["content"]["parts"], thought]
    answer = {**api.GOOD, "candidates": [{**candidate, "content": {"parts": parts, "role": "model"}}]}
    assert genai.ask((200, answer)).words[0].caption == "A red square on a table."


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_takes_the_key_nowhere(genai, servers, status):
    servers["openai"].say((200, api.GOOD))
    with pytest.raises(Permanent, match=f"refused the request \\({status}\\)"):
        genai.ask((status, {}, {"Location": servers["openai"].url}))
    assert (servers["openai"].requests, genai.count) == ([], 1)


def test_reasons_to_decline(genai):
    with pytest.raises(Declined, match=r"\(PROHIBITED_CONTENT\)"):
        genai.ask((200, api.ended("PROHIBITED_CONTENT")))
    with pytest.raises(Declined, match="RECITATION"):
        genai.ask((200, api.RECITATION))
    assert genai.count == 2


def test_the_environment_does_not_lead_elsewhere(monkeypatch, servers, pauses):
    """Variables that other programs of Google are set up by."""
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_API_KEY", "another-key")
    genai = made("genai", servers["genai"], pauses)
    assert genai.ask((200, api.GOOD)).words
    assert genai.server.requests[0]["headers"]["x-goog-api-key"] == KEY


@pytest.mark.filterwarnings("ignore::UserWarning")  # the library says that it does not know it
def test_a_reason_that_is_younger_than_the_library(genai):
    with pytest.raises(Declined, match=r"\(NEWS\)"):
        genai.ask((200, api.ended("NEWS")))
