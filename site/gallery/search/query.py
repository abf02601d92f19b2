"""What a visitor looks for: words, "a phrase", -without, tag:name, tag:"two words"."""

import re
from dataclasses import dataclass

from gallery.captions import tags_of
from processors import words

MOST = 8  # words of a query, and as many of each other kind
PREFIX = 3  # letters of the last word from which on it may be the beginning of one
_PART = re.compile(r'(-?)(tag:)?(?:"([^"]*)"|(\S+))')


@dataclass(frozen=True)
class Term:
    """A word as the index has it; with `prefix` each word that begins so."""

    word: str
    prefix: bool = False


@dataclass(frozen=True)
class Query:
    """All of `terms` and `tags`, the words of each of `phrases` beside each other, and none of `without`."""

    terms: tuple[Term, ...] = ()
    without: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.without or self.tags)


def parse(text: str) -> Query:
    """Of what stands in the search field. Nothing is wrong in it: what has no letters says nothing."""
    terms: list[Term] = []
    without: list[str] = []
    phrases: list[tuple[str, ...]] = []
    tags: list[str] = []
    for part in _PART.finditer(text):
        minus, tag, quoted, plain = part.groups()
        said = plain if quoted is None else quoted
        if tag and not minus:
            tags += tags_of(said)[:1]
        elif minus:
            without += [term.word for term in _terms(said)]
        else:
            found = _terms(said)
            terms += found
            if quoted is not None and len(found) > 1:
                phrases.append(tuple(run for _, run in words.runs(said)))
    kept = list(dict.fromkeys(terms))[:MOST]
    if kept and not text.rstrip().endswith('"') and kept[-1] == terms[-1]:
        kept[-1] = Term(kept[-1].word, kept[-1].prefix or len(kept[-1].word) >= PREFIX)
    return Query(tuple(kept), tuple(without[:MOST]), tuple(phrases[:MOST]), tuple(dict.fromkeys(tags))[:MOST])


def _terms(text: str) -> list[Term]:
    """One letter of a script without spaces is the beginning of a pair."""
    found: list[Term] = []
    for kind, run in words.runs(text):
        if kind == words.WORD:
            found.append(Term(run[: words.LONGEST]))
        else:
            found += [Term(pair, prefix=len(run) == 1) for pair in words.pairs(run)]
    return found
