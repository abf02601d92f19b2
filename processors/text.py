"""Words of people and models, made safe to show on one line."""

import re
import unicodedata

# They change the direction of what follows: embeddings and overrides, isolates, marks (Unicode, UAX 9).
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # and lone surrogates, which UTF-8 can't say
_JOINERS = "\u200c\u200d"


def clean(text: str, length: int) -> str:
    """NFC, on one line, without control characters and without those that change direction, at most `length`
    characters. Joiners stay: without them Persian words and family emoji are others."""
    one_line = " ".join(text.split())
    plain = _DIRECTION.sub("", _CONTROL.sub("", one_line))
    return _cut(unicodedata.normalize("NFC", " ".join(plain.split())), length)


def _cut(text: str, length: int) -> str:
    """The first characters, but no letter without the marks that belong to it."""
    end = length
    while 0 < end < len(text) and _belongs_to_the_one_before(text, end):
        end -= 1
    return (text[:end] if end else text[:length]).rstrip()


def _belongs_to_the_one_before(text: str, place: int) -> bool:
    return bool(unicodedata.combining(text[place])) or text[place] in _JOINERS or text[place - 1] in _JOINERS
