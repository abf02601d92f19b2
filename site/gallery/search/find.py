"""What a query finds, the newest first. No query looks at more than BUDGET rows of the index: then there may be more,
and the next page goes on where this one ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gallery.models import Image
from gallery.search import sql
from gallery.search.query import Query, Term
from processors import words

BUDGET = 10_000
_FIRST = 500  # rows that answer most queries; then four times as many, as long as little was found among them
_SEVERAL = 5  # rows that are read to see whether a picture has one of several words
_PHRASE = 40  # as long as reading so many rows takes looking through a picture's texts
_EXPANDED = 20  # words that one beginning stands for
_OF_TAGS = 8  # words by which the pictures of tags are looked for
_COUNTED = 10_000  # rows of all words together, to see which one is rare
_AT_ONCE = 100  # pictures that are looked at closer
Keep = Callable[[Sequence[int]], set[int]]


@dataclass(frozen=True)
class Found:
    """The ids of pictures, in their order. `more`: the place behind which there may be others; None where all is
    said. `cut`: nobody has looked at the rest, as the budget was used up."""

    ids: list[int]
    more: sql.Place | None = None
    cut: bool = False


def find(query: Query, keep: Keep, count: int, before: sql.Place | None = None) -> Found:
    """The newest `count` pictures before a place. `keep`: which of some ids may be shown."""
    groups = _groups(query)
    if not (query and all(groups)):
        return Found([])
    driver, others = _driver(groups)
    conditions = [*map(sql.has, others), *map(sql.has_not, query.without), *map(sql.has_tag, query.tags)]
    looks = 1 + len(conditions) + sum(_SEVERAL - 1 for group in others if len(group) > 1)
    cost = max(len(driver), 1) * looks * (_PHRASE if query.phrases else 1)
    found: list[int] = []
    left, many = max(BUDGET // cost, 1), max(_FIRST // cost, 1)
    while left > 0:
        many = min(many, left)
        ids, before, through = _stage(driver, conditions, keep, before, many)
        found += ids
        if len(found) > count:  # only then there are more: what is left may be hidden, and nobody's business
            return Found(found[:count], place(found[count - 1]))
        if through:
            return Found(found)
        left, many = left - many, many if ids else 4 * many
    return Found(found, before, cut=True)


def _stage(
    driver: list[str], conditions: list[sql.Sql], keep: Keep, before: sql.Place | None, many: int
) -> tuple[list[int], sql.Place | None, bool]:
    """What is found among the next `many` rows, the place of the last row that was looked at (None where these were
    all), and whether these were all rows."""
    rows = sql.newest(driver, before, many)
    ids = sql.hits(rows, conditions, _AT_ONCE)
    kept = keep(ids)
    last = ids[-1] if len(ids) == _AT_ONCE else sql.last(rows, many)
    at = place(last) if last else None
    return [pk for pk in ids if pk in kept], at, at is None


def place(pk: int) -> sql.Place | None:
    """Of a picture in the order; None of one that was deleted in this moment."""
    found: tuple[datetime, int] | None = Image.objects.filter(pk=pk).values_list("uploaded_at", "pk").first()
    return found


def _groups(query: Query) -> list[list[str]]:
    """For each term the words of the index that fulfil it. The words of a tag find it faster than its name."""
    of_tags = [Term(word) for tag in query.tags for word in sorted(words.of([tag]))]
    return [_expanded(term) for term in dict.fromkeys([*query.terms, *of_tags[:_OF_TAGS]])]


def _expanded(term: Term) -> list[str]:
    if not term.prefix:
        return [term.word]
    return sql.beginning(term.word, _EXPANDED)


def _driver(groups: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The term that fewest pictures have, and the others."""
    if not groups:
        return [], []
    if len(groups) > 1:
        groups = sorted(groups, key=lambda group: sql.count(group, _COUNTED // len(groups)))
    return groups[0], groups[1:]
