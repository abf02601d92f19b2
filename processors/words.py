"""Words as the search compares them: of any script, without case and accents."""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby

LONGEST = 40  # characters of a word; the rest is cut off
MOST = 500  # different words of one picture
WORD, RUN = "word", "run"
# Scripts that put no space between words, by their blocks (Unicode, Blocks.txt): Thai, Lao, Burmese, Khmer, kana,
# Han. Of a run of these letters each two that stand together are a word.
_WITHOUT_SPACES = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
# Accents of Latin, Greek and Cyrillic letters; apostrophes and joiners, which are within words.
_LEFT_OUT = {*map(chr, range(0x0300, 0x0370)), "'", "’", "ʼ", "\u200c", "\u200d"}


def fold(text: str) -> str:
    """Without case, accents and compatibility forms: "Café" and "ＣＡＦÉ" are "cafe"."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", "".join(letter for letter in plain if letter not in _LEFT_OUT))


def runs(text: str) -> Iterator[tuple[str, str]]:
    """What a text is made of, in its order: pairs of WORD and a word, or RUN and letters of a script without spaces."""
    for of, letters in groupby(fold(text), kind):
        if of:
            yield of, "".join(letters)


def pairs(run: str) -> list[str]:
    """Each two letters that stand together; a single one is itself."""
    return [run[place : place + 2] for place in range(max(len(run) - 1, 1))]


def of(texts: Iterable[str]) -> set[str]:
    """The words by which these texts are found, at most MOST. The last letter of a run is a word by itself, so that
    each letter is the beginning of one."""
    found: dict[str, None] = {}
    for text in texts:
        for of_kind, run in runs(text):
            found |= dict.fromkeys([run[:LONGEST]] if of_kind == WORD else [*pairs(run), run[-1]])
    return set(list(found)[:MOST])


@lru_cache(maxsize=10_000)
def kind(letter: str) -> str:
    """WORD, RUN, or "" for what is between words. Marks belong to the letter before them, as does what `fold` leaves
    out."""
    if any(first <= ord(letter) <= last for first, last in _WITHOUT_SPACES):
        return RUN
    return WORD if letter in _LEFT_OUT or unicodedata.category(letter)[0] in "LNM" else ""
