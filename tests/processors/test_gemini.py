"""Gemini's client against a server that speaks its REST API: what comes of each answer, in how many requests."""

import base64
import io
import logging
import time
from decimal import Decimal

import pytest
from PIL import Image

from processors.captioning import Declined, Permanent, Retryable, Subject
from processors.captioning import gemini as client
from processors.captioning.prices import cost
from tests import pictures
from tests.servers import gemini as fake

pytestmark = pytest.mark.server
KEY = "AIza-secret-key-of-a-test"
SUBJECT = Subject(pictures.jpeg(320, 240), 4000, 3000, None, "de")


def ask(gemini, *answers, deadline=20.0):
    gemini.say(*answers)
    return client.Gemini(KEY, endpoint=gemini.url, deadline=deadline).describe(SUBJECT)


def test_it_works(gemini):
    caption = ask(gemini, (200, fake.GOOD))
    assert (caption.caption, caption.alt_text) == ("A red square on a table.", "Red square")
    assert caption.tags == ("red", "square")
    assert (caption.input_tokens, caption.output_tokens) == (1220, 60)
    assert caption.cost_usd == Decimal("0.000516")
    assert (caption.model, caption.language, len(gemini.requests)) == ("gemini-3.5-flash-lite", "de", 1)


def test_googles_own_way_to_say_when(gemini):
    status, body = fake.error(429)
    body["error"]["details"] = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "2s"}]
    started = time.monotonic()
    assert ask(gemini, (status, body), (200, fake.GOOD)).caption
    assert 2 <= time.monotonic() - started < 4
    with pytest.raises(Retryable):
        ask(gemini, (status, body), deadline=1.5)


def test_request(gemini):
    ask(gemini, (200, fake.GOOD))
    request = gemini.requests[0]
    assert KEY not in request["path"]
    assert request["headers"]["x-goog-api-key"] == KEY
    prompt, picture = request["body"]["contents"][0]["parts"]
    assert "'de'" in prompt["text"]
    with Image.open(io.BytesIO(base64.b64decode(picture["inlineData"]["data"]))) as image:
        assert image.format == "JPEG"
    config = request["body"]["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert set(config["responseSchema"]["required"]) == {"caption", "alt_text", "tags"}


@pytest.mark.parametrize(
    ("answers", "error", "words", "requests"),
    [
        ([fake.error(503)], Retryable, "503", 3),
        ([(502, b"<html>bad gateway</html>")], Retryable, "502", 3),
        ([(200, fake.BLOCKED)], Declined, "SAFETY", 1),
        ([(200, fake.SAFETY)], Declined, "SAFETY", 1),
        ([(200, fake.EMPTY)], Permanent, "was empty", 2),
        ([(200, fake.RECITATION)], Declined, "RECITATION", 2),
        ([(200, {"usageMetadata": fake.USAGE})], Declined, "no answer", 1),
        ([(200, fake.CUT_OFF)], Permanent, "cut off", 2),
        ([(200, fake.GARBAGE)], Permanent, "not the JSON", 2),
        ([(200, b"not json at all")], Permanent, "could not be read", 2),
        ([fake.error(400, "API key not valid")], Permanent, "API key", 1),
        ([fake.error(400, "User location is not supported for the API use.")], Permanent, "region", 1),
        ([fake.error(400, "Unable to process input image.")], Permanent, "this picture", 1),
        ([fake.error(401)], Permanent, "AIza or, .* AQ.", 3),  # the library asks again by itself, twice
        ([fake.error(403)], Permanent, "403", 1),
        ([fake.error(404)], Permanent, "GEMINI_MODEL", 1),
    ],
)
def test_answers_that_are_no_caption(gemini, answers, error, words, requests):
    with pytest.raises(error, match=words):
        ask(gemini, *answers)
    assert len(gemini.requests) == requests


def test_500_then_good(gemini):
    assert ask(gemini, fake.error(500), (200, fake.GOOD)).caption
    assert len(gemini.requests) == 2


def test_retry_after_is_honoured(gemini):
    started = time.monotonic()
    assert ask(gemini, (*fake.error(429), {"Retry-After": "2"}), (200, fake.GOOD)).caption
    assert time.monotonic() - started >= 2
    assert len(gemini.requests) == 2


def test_retry_after_beyond_the_deadline_is_not_waited_for(gemini):
    started = time.monotonic()
    with pytest.raises(Retryable, match="429"):
        ask(gemini, (*fake.error(429), {"Retry-After": "3600"}))
    assert time.monotonic() - started < 5
    assert len(gemini.requests) == 1


@pytest.mark.parametrize("mood", ["slow", "drip"])
def test_total_deadline(gemini, mood):
    started = time.monotonic()
    with pytest.raises(Retryable, match="in time"):
        ask(gemini, (mood, fake.GOOD), deadline=1.0)
    assert time.monotonic() - started < 3
    assert len(gemini.requests) == 1


def test_unreachable():
    with pytest.raises(Retryable, match="could not be reached"):
        client.Gemini(KEY, endpoint="http://127.0.0.1:9", deadline=10).describe(SUBJECT)


def test_the_key_is_in_no_error_and_no_log(gemini, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Permanent) as caught:
        ask(gemini, fake.error(400, f"API key {KEY} not valid"))
    assert KEY not in str(caught.value) + caplog.text
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("useless", [fake.EMPTY, fake.RECITATION, fake.CUT_OFF, fake.GARBAGE, b"not json"])
def test_an_answer_of_no_use_is_asked_for_once_more(gemini, useless):
    caption = ask(gemini, (200, useless), (200, fake.GOOD))
    assert (caption.caption, len(caption.earlier), len(gemini.requests)) == ("A red square on a table.", 1, 2)


def test_each_request_that_was_sent_is_told_of(gemini):
    with pytest.raises(Permanent) as caught:
        ask(gemini, fake.error(503), (200, fake.CUT_OFF), (200, fake.GARBAGE))
    first, second = caught.value.requests
    assert (first.outcome, first.input_tokens, first.output_tokens, first.cost_usd) == (
        "cut off", 1220, 60, Decimal("0.000516"),
    )  # fmt: skip
    assert (second.outcome, second.input_tokens, second.cost_usd) == ("unreadable", None, None)


def test_a_request_without_an_answer_may_have_been_charged(gemini):
    with pytest.raises(Retryable) as caught:
        ask(gemini, ("slow", fake.GOOD), deadline=1.0)
    assert [request.outcome for request in caught.value.requests] == ["unknown"]


def test_what_is_cut_off_behind_its_end_is_a_caption(gemini):
    answer = {**fake.GOOD, "candidates": [{**fake.DONE, "finishReason": "MAX_TOKENS"}]}
    assert ask(gemini, (200, answer)).caption == "A red square on a table."


def test_what_a_model_may_write_is_bounded(gemini):
    ask(gemini, (200, fake.GOOD))
    assert gemini.requests[0]["body"]["generationConfig"]["maxOutputTokens"] == client.MAX_OUTPUT_TOKENS


def test_unknown_model_has_no_price():
    assert cost("gemini-99", 10, 10) is None
