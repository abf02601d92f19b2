"""A model's answer read as well as it can be: it was paid for. Models put fences around JSON, words before it, their
thoughts, a list of one object, or tags in a shape of their own."""

import json
import re
from collections.abc import Iterator
from typing import Any

from processors import text
from processors.captioning import Words

MAX_CAPTION, MAX_ALT_TEXT, MAX_TEXT, MAX_TAG, MAX_TAGS = 1000, 124, 2000, 50, 10
_LONGEST = 20_000  # characters of an answer that are looked at, its last ones: thoughts come first
_STARTS = 50  # braces that an object is tried at
_NAMES = ("name", "tag", "label", "text")  # what models call the word of a tag
_NOTHING = {"", "none", "null", "n/a"}
_decoder = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=lambda _: None)


class Unreadable(Exception):
    """There is no caption in it."""


def read(answer: str, languages: tuple[str, ...]) -> tuple[tuple[Words, ...], str]:
    """The caption in each language that it has, the main one (the first) always, and the words in the picture, as the
    columns can hold them; or Unreadable."""
    for found in reversed(list(_objects(answer[-_LONGEST:]))):
        parts = [(code, found.get(code)) for code in languages]
        said = [_in(code, part) for code, part in parts if isinstance(part, dict)]
        if not said:  # without an object for each language
            said = [_in(languages[0], found)]
        first, *others = said
        if first and first.language == languages[0]:
            return (first, *filter(None, others)), _words(found.get("text"), MAX_TEXT)
    raise Unreadable


def _in(language: str, found: dict[str, Any]) -> Words | None:
    caption, alt_text = _words(found.get("caption"), MAX_CAPTION), _words(found.get("alt_text"), MAX_CAPTION)
    if not caption and not alt_text:
        return None
    return Words(language, caption or alt_text, _shortened(alt_text or caption), _tags(found.get("tags")))


def _shortened(words: str) -> str:
    """At most MAX_ALT_TEXT characters; what is left out is seen."""
    if len(words) <= MAX_ALT_TEXT:
        return words
    start = text.clean(words, MAX_ALT_TEXT - 1)
    whole_words = start.rpartition(" ")[0]
    return f"{whole_words if len(whole_words) > MAX_ALT_TEXT / 2 else start}…"


def _objects(answer: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in it, from the first to the last; what is within one is not tried again."""
    end = 0
    for start in [match.start() for match in re.finditer("{", answer)][-_STARTS:]:
        if start < end:
            continue
        try:
            found, end = _decoder.raw_decode(answer, start)
        except (ValueError, RecursionError):
            continue
        yield found


def _words(value: Any, length: int) -> str:
    cleaned = text.clean(value, length) if isinstance(value, str) else ""
    return "" if cleaned.lower() in _NOTHING else cleaned


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = re.split("[,;\n]", value)
    names = (_words(_name(tag).lower(), MAX_TAG) for tag in (value if isinstance(value, list) else []))
    return tuple(name for name in dict.fromkeys(names) if name)[:MAX_TAGS]


def _name(tag: Any) -> str:
    """The word of one tag; "" for what is none."""
    if isinstance(tag, dict):
        tag = next((tag[name] for name in _NAMES if isinstance(tag.get(name), str)), "")
    return tag.strip("# ") if isinstance(tag, str) else ""
