"""Which captioner the environment chooses, and what it refuses in words."""

from decimal import Decimal

import pytest

from processors.captioning import Permanent, choice
from processors.captioning.prices import Price

OLLAMA = {"CAPTION_URL": "http://127.0.0.1:11434/v1", "CAPTION_MODEL": "qwen3-vl"}
KEY = {"GEMINI_API_KEY": "AIza-any"}


@pytest.mark.parametrize(
    ("environment", "captioner"),
    [
        ({}, "offline"),
        ({"CAPTIONER": " "}, "offline"),
        (KEY, "gemini"),
        (OLLAMA, "openai"),
        ({"CAPTIONER": "genai", **KEY}, "genai"),
        ({"CAPTIONER": "genai", **KEY, **OLLAMA}, "genai"),
        ({"CAPTIONER": "openai", **KEY, **OLLAMA}, "openai"),
        ({"CAPTIONER": "offline", **KEY, **OLLAMA}, "offline"),
        ({"CAPTIONER": "gemini"}, "gemini"),
    ],
)
def test_which(environment, captioner):
    assert choice.choice(environment).captioner == captioner


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({**KEY, **OLLAMA}, "There are GEMINI_API_KEY and CAPTION_URL"),
        ({"CAPTIONER": "claude"}, "CAPTIONER is 'claude'. It is one of gemini, genai, openai, offline"),
        ({"CAPTION_URL": "http://127.0.0.1/v1"}, "this is missing: CAPTION_MODEL."),
        ({"CAPTIONER": "openai"}, "this is missing: CAPTION_URL, CAPTION_MODEL."),
        ({**OLLAMA, "CAPTION_URL": "localhost:11434"}, "CAPTION_URL is 'localhost:11434'. It is like http://"),
        ({**OLLAMA, "CAPTION_URL": "http://"}, "CAPTION_URL is 'http://'"),
        ({**OLLAMA, "CAPTION_URL": "http://[bad/v1"}, "CAPTION_URL is 'http://[bad/v1'"),
        ({**OLLAMA, "CAPTION_URL": "http://host:port/v1"}, "CAPTION_URL is 'http://host:port/v1'"),
        ({**OLLAMA, "CAPTION_URL": "http://host/v1?version=1"}, "CAPTION_URL is 'http://host/v1?version=1'"),
        ({**KEY, "CAPTION_PRICE": "cheap"}, "CAPTION_PRICE is 'cheap'"),
        ({**KEY, "CAPTION_PRICE": "-1/2"}, "CAPTION_PRICE is '-1/2'"),
        ({**KEY, "CAPTION_PRICE": "1/1000"}, "CAPTION_PRICE is '1/1000'"),
        ({**KEY, "CAPTION_PRICE": "NaN/2"}, "CAPTION_PRICE is 'NaN/2'"),
    ],
)
def test_what_is_refused(environment, words):
    with pytest.raises(choice.Unclear) as caught:
        choice.choice(environment)
    assert words in str(caught.value)


def test_a_password_in_the_address_is_not_repeated():
    with pytest.raises(choice.Unclear, match="put a key into CAPTION_API_KEY") as caught:
        choice.choice({**OLLAMA, "CAPTION_URL": "https://me:secret@models.example.org/v1"})
    assert "secret" not in str(caught.value)


def test_models():
    assert choice.choice(KEY).model == "gemini-3.5-flash-lite"
    assert choice.choice({**KEY, "GEMINI_MODEL": "gemini-3.8-flash"}).model == "gemini-3.8-flash"
    chosen = choice.choice(OLLAMA)
    assert (chosen.model, chosen.url) == ("qwen3-vl", "http://127.0.0.1:11434/v1")


def test_what_costs_nothing():
    """A server of one's own without a key; with one somebody may be charged."""
    nothing = Price(Decimal(0), Decimal(0))
    assert choice.choice(OLLAMA).price == nothing
    assert choice.choice({}).price == nothing
    assert choice.choice({**OLLAMA, "CAPTION_API_KEY": "sk-any"}).price is None
    assert choice.choice({**OLLAMA, "CAPTION_SECRET_ARN": "arn:any"}).price is None


def test_price():
    assert choice.choice(KEY).price == Price(Decimal("0.30"), Decimal("2.50"), 1120)
    assert choice.choice({**KEY, "GEMINI_MODEL": "gemini-99"}).price is None
    given = choice.choice({**OLLAMA, "CAPTION_API_KEY": "sk-any", "CAPTION_PRICE": "0.20 / 0.80"}).price
    assert given == Price(Decimal("0.20"), Decimal("0.80"))


def test_budget():
    assert [choice.budget(text) for text in ("", "0", "7.50")] == [0, 0, Decimal("7.50")]
    for wrong in ("much", "-1", "NaN", "1e9"):
        with pytest.raises(choice.Unclear, match="ANNOTATION_BUDGET_USD is"):
            choice.budget(wrong)


@pytest.mark.parametrize("key", ["sk-\nany", "sk-аny", "sk-any\x00"])  # the second has a Cyrillic letter
def test_a_key_that_no_header_can_carry(key):
    with pytest.raises(Permanent, match="The key for qwen3-vl holds characters that no key has") as caught:
        choice.captioner(choice.choice(OLLAMA), key)
    assert key not in str(caught.value)


def test_the_captioner_itself():
    made = choice.captioner(choice.choice(OLLAMA), "")
    assert (made.client.vendor, made.price()) == ("127.0.0.1:11434", Price(Decimal(0), Decimal(0)))
    assert type(choice.captioner(choice.OFFLINE, "")).__name__ == "Offline"
