"""The search among a million pictures by its index, against LIKE in the same run, on MariaDB and SQLite."""

import random
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from benchmarks import one_machine, world
from benchmarks.deep_pages import ROWS
from benchmarks.harness import Line, in_turn, ratio, say, short, size

WORDS, EACH = size(20_000, 200), 6  # different words, as frequent as Zipf's law says; so many in a picture
BATCH, INSERT = 10_000, "INSERT INTO image_words (word, uploaded_at, image_id) VALUES (%s, %s, %s)"
LIKE = "LIKE of a word that nothing has"
NOTE = "Words as frequent as in a language (Zipf), six in a picture, and two that all pictures have. Time on the clock."


def lines() -> Iterator[Line]:
    world.fill(ROWS)
    yield from _lines("MariaDB", world.inside("search"))
    yield from _lines("SQLite", _on_sqlite())


def _lines(engine: str, found: dict[str, Any]) -> Iterator[Line]:
    like = found.pop("like")
    written = found.pop("written")
    for what, seconds in found.items():
        yield ratio(f"search: {what}, {ROWS:,} pictures, {engine}", seconds, like, 0.02, LIKE, NOTE)
    yield Line(f"… a caption's words written anew, {engine}", "", short(written))


def _on_sqlite() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        variables = one_machine.made(folder, ROWS)
        return dict(one_machine.inside("search", variables))


def inside() -> dict[str, Any]:
    from benchmarks.inside import django

    django()

    from gallery.models import Image
    from gallery.search.find import find
    from gallery.search.query import parse
    from gallery.search.seen import visible

    names = _fill()

    def search(text: str) -> None:
        query = parse(text)
        find(query, lambda ids: visible(query, ids), 24)

    def like() -> None:
        images = Image.objects.filter(visibility="visible", caption__icontains="zzzzzz")
        assert not list(images.order_by("-uploaded_at", "-id").values_list("pk")[:24])

    asked = {what: text.format(**names) for what, text in ASKED.items()}
    sides = {what: lambda text=text: search(text) for what, text in asked.items()}
    searched = in_turn(sides, rounds=5, times=3, clock=time.perf_counter)
    others = in_turn({"like": like, "written": _write}, rounds=3, clock=time.perf_counter)
    return {**searched, **others}


# By kinds of words: {often} is in most pictures, {second} in many, {middle} in some, {rare} in few.
ASKED = {
    "a frequent word": '"{often}"',
    "a rare word": '"{rare}"',
    "two frequent words": '"{often}" "{second}"',
    "a frequent and a rare word": '"{often}" "{rare}"',
    "two words that never meet": '"{second}" "never"',
    "three words, and the beginning of one": "{often} {second} {middle}",
    "the beginning of words": "bab",
    "a phrase": '"red square"',
    "a phrase that nothing has": '"square red"',
    "without a word": '"{second}" -{often}',
    "Chinese, Japanese": "富士山",
    "nothing found": '"zzzzzz"',
}


def _fill() -> dict[str, str]:
    """Words for all pictures, in the order of the key; returns some of them by how frequent they are."""
    from django.db import connection

    from gallery.models import Image, SearchWord

    moments = dict(Image.objects.values_list("pk", "uploaded_at"))
    say("their words")
    names, pictures = _drawn(list(moments))
    with connection.cursor() as cursor:
        for word in sorted(pictures):
            rows = [(word, connection.ops.adapt_datetimefield_value(moments[pk]), pk) for pk in pictures[word]]
            for first in range(0, len(rows), BATCH):
                cursor.executemany(INSERT, rows[first : first + BATCH])
        counted = [SearchWord(word=word, pictures=len(found)) for word, found in pictures.items()]
        SearchWord.objects.bulk_create(counted, batch_size=1000)
        Image.objects.update(indexed=1)
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "ANALYZE TABLE image_words, words")
    return names


def _drawn(ids: list[int]) -> tuple[dict[str, str], dict[str, list[int]]]:
    dice = random.Random(5)
    syllables = ["".join(pair) for pair in zip("bdfgklmnprst" * 5, "aeiou" * 12, strict=True)]
    words = list(dict.fromkeys("".join(dice.choices(syllables, k=dice.randint(2, 4))) for _ in range(WORDS)))
    weights = list(accumulate(1 / place for place in range(1, len(words) + 1)))
    pictures: dict[str, list[int]] = {word: [] for word in words}
    for pk in ids:
        for place in {bisect_left(weights, dice.random() * weights[-1]) for _ in range(EACH)}:
            pictures[words[place]].append(pk)
    pictures |= {"red": ids, "square": ids, "never": ids[1::1000], "富士": ids[::1000], "士山": ids[::1000]}
    kinds = {"often": 0, "second": 1, "middle": len(words) // 100, "rare": len(words) // 2}
    return {name: words[place] for name, place in kinds.items()}, {word: pks for word, pks in pictures.items() if pks}


def _write() -> None:
    from django.db import connection, transaction

    from gallery.models import Image
    from processors import search_index

    with transaction.atomic():
        Image.objects.filter(pk=ROWS // 2).update(caption=" ".join(f"new{random.random()}" for _ in range(15)))
        search_index.refresh(connection, ROWS // 2)
