"""Words that are nearly what somebody has typed: after nothing was found, and while they type."""

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from gallery.search import sql
from gallery.search.query import PREFIX, parse
from processors import words

ALIKE = 0.7  # of the letters, at least
CANDIDATES = 2_000  # words that are compared
SUGGESTED = 8


def instead(text: str) -> str:
    """The same query with a word of the index in the place of each that nobody sees a picture with; "" where there is
    none."""
    said = text.split()
    for term in parse(text).terms:
        if sql.seen([term.word, *(sql.beginning(term.word, SUGGESTED) if term.prefix else ())]):
            continue
        near = _nearest(term.word)
        said = [near if near and words.fold(word) == term.word else word for word in said]
    found = " ".join(said)
    return "" if found == " ".join(text.split()) else found


def _nearest(word: str) -> str:
    """Of words that begin as this one does: few people get the first letters wrong."""
    candidates = sql.beginning(word[:2], CANDIDATES)
    best = process.extract(word, candidates, scorer=Levenshtein.normalized_similarity, score_cutoff=ALIKE, limit=5)
    return next(iter(sql.seen([str(found) for found, *_ in best])), "")


def suggestions(text: str) -> list[str]:
    """The query, with its last word completed in the ways that most pictures have; first as a tag, where it is one."""
    before, _, last = text.rpartition(" ")
    word = words.fold(last)
    if len(word) < PREFIX or not parse(word).terms:
        return []
    found = sql.seen(sql.beginning(word, 3 * SUGGESTED))[:SUGGESTED]
    tags = [f"tag:{each}" for each in sql.seen_tags(found)]
    return [f"{before} {each}".strip() for each in [*tags, *found]][:SUGGESTED]
