"""What keeps a captioner from starting that could write nothing."""

import pytest

from gallery import checks
from processors.captioning.choice import OFFLINE, Choice


def words(*found):
    return [f"{error.msg} {error.hint}" for each in found for error in each]


@pytest.mark.parametrize("key", [None, " "])
def test_gemini_without_a_key(settings, monkeypatch, key):
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    if key:
        monkeypatch.setenv("GEMINI_API_KEY", key)
    settings.CAPTIONER = Choice("genai", "any")
    (said,) = words(checks.gemini_has_a_key())
    assert said.startswith("CAPTIONER is genai, and GEMINI_API_KEY is missing.")


@pytest.mark.parametrize(("name", "missing"), [("gemini", "google.no_client"), ("genai", "no_google.client")])
def test_a_client_that_is_not_installed(settings, monkeypatch, name, missing):
    settings.CAPTIONER = Choice(name, "any")
    monkeypatch.setitem(checks.CLIENTS, name, missing)
    (said,) = words(checks.client_is_installed())
    assert f"its client {missing} is missing. Install it by `make .venv/installed-run-{name}`" in said


@pytest.mark.parametrize("chosen", [OFFLINE, Choice("openai", "any"), Choice("gemini", "g"), Choice("genai", "g")])
def test_what_is_there(settings, monkeypatch, chosen):
    monkeypatch.setenv("GEMINI_API_KEY", "AQ.any")
    settings.CAPTIONER = chosen
    assert words(checks.gemini_has_a_key(), checks.client_is_installed()) == []
