import pytest

from gallery import languages


@pytest.mark.parametrize(
    ("code", "expected"), [("EN", "en"), ("pt-br", "pt-BR"), ("zh-hANT-tw", "zh-Hant-TW"), ("ES-419", "es-419")]
)
def test_normal(code, expected):
    assert languages.is_code(code)
    assert languages.normal(code) == expected


@pytest.mark.parametrize("code", ["", "e", "english", "de_DE", "de-", "d3", "ге", "de-Latn-DE-1996-x"])
def test_no_code(code):
    assert not languages.is_code(code)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("fr;q=0.5, pt-PT", "pt-BR"),
        ("fr, *;q=0.1", "en"),
        ("de;q=0, ja", "en"),
        ("en-GB, de", "en"),
        ("zh-TW", "zh-Hant-TW"),
        ("nonsense;;q=x", "en"),
        ("de," * 300, "de"),
    ],
)
def test_best(accept, expected):
    assert languages.best(accept, ["en", "de", "pt-BR", "zh-Hant-TW"]) == expected


def test_best_prefers_what_is_asked_for_exactly():
    assert languages.best("de", ["en", "de-AT", "de"]) == "de"


@pytest.mark.parametrize(("code", "name"), [("fr", "Français"), ("de-AT", "Deutsch (de-AT)"), ("tlh", "tlh")])
def test_name(code, name):
    assert languages.name(code) == name
