"""The words that were looked for, marked in a caption."""

from itertools import groupby

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from gallery.search.query import Query, Term
from processors import words


def marked(text: str, query: Query) -> SafeString:
    """HTML of the text, with <mark> around what the query has found."""
    parts = []
    for is_found, run in groupby(_letters(text, query.terms), lambda pair: pair[1]):
        said = "".join(letter for letter, _ in run)
        parts.append(format_html("<mark>{}</mark>", said) if is_found else conditional_escape(said))
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped


def _letters(text: str, terms: tuple[Term, ...]) -> list[tuple[str, bool]]:
    """Each letter, and whether it is of what was found."""
    found: list[tuple[str, bool]] = []
    for kind, group in groupby(text, words.kind):
        run = "".join(group)
        if kind == words.RUN:
            found += zip(run, _in_run(run, terms), strict=True)
        else:
            said = words.fold(run)
            is_found = kind == words.WORD and any(_is(said, term) for term in terms)
            found += [(letter, is_found) for letter in run]
    return found


def _is(word: str, term: Term) -> bool:
    return word.startswith(term.word) if term.prefix else word == term.word


def _in_run(run: str, terms: tuple[Term, ...]) -> list[bool]:
    """In a script without spaces: the letters of each pair that was looked for."""
    marks = [False] * len(run)
    for place in range(len(run)):
        for term in terms:
            said = words.fold(run[place : place + len(term.word)])
            if said == term.word:
                marks[place : place + len(term.word)] = [True] * len(term.word)
    return marks
