"""The statements of a search. Each reads ranges of the key of `image_words`, the newest first, and stops after so many
rows. In SQL and not by the ORM, which has no query from a query."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from processors.sql import places

Sql = tuple[str, list[Any]]  # a statement, or a piece of one, and its values
Place = tuple[datetime, int]  # of a picture in the order: when it was uploaded, and its id


def run(sql: Sql) -> list[Any]:
    """The first column of the rows."""
    with connection.cursor() as cursor:
        cursor.execute(*sql)
        return [row[0] for row in cursor.fetchall()]


def beginning(letters: str, many: int) -> list[str]:
    """Words that begin so, those of most pictures first."""
    text = "SELECT word FROM words WHERE word >= %s AND word < %s AND pictures > 0 ORDER BY pictures DESC, word"
    return run((f"{text} LIMIT {many}", [letters, letters + chr(0x10FFFF)]))


def seen(words: Sequence[str]) -> list[str]:
    """Those of these words that one of the newest pictures with them has, of those that everybody sees: what is said of
    a hidden picture is nobody's business."""
    return _seen(words, "FROM image_words WHERE word = %s ORDER BY uploaded_at DESC, image_id DESC")


def seen_tags(names: Sequence[str]) -> list[str]:
    """The same of tags."""
    return _seen(names, "FROM image_tags WHERE name = %s ORDER BY id DESC")


def _seen(words: Sequence[str], newest: str) -> list[str]:
    if not words:
        return []
    pictures = f"(SELECT image_id {newest} LIMIT 50) w JOIN images i ON i.id = w.image_id"
    of_all = f"SELECT %s AS word FROM {pictures} WHERE i.visibility = 'visible'"
    found = set(run((" UNION ALL ".join([of_all] * len(words)), [each for word in words for each in (word, word)])))
    return [word for word in words if word in found]


def count(words: Sequence[str], limit: int) -> int:
    """How many rows the index has of these words, counted to `limit`."""
    one = f"SELECT 1 AS one FROM image_words WHERE word = %s LIMIT {limit // len(words)}"
    sql = " UNION ALL ".join(f"SELECT * FROM ({one}) c{number}" for number in range(len(words)))
    return int(run((f"SELECT COUNT(*) FROM ({sql}) counted", list(words)))[0])


def newest(words: Sequence[str], before: Place | None, many: int) -> Sql:
    """The newest `many` pictures before a place that have one of these words; without words, of all pictures."""
    if not words:
        return _limited("SELECT uploaded_at, id AS image_id FROM images WHERE 1 = 1", [], before, many)
    found = [
        _limited("SELECT uploaded_at, image_id FROM image_words WHERE word = %s", [word], before, many)
        for word in words
    ]
    if len(found) == 1:
        return found[0]
    all_of_them = " UNION ALL ".join(f"SELECT * FROM ({text}) r{number}" for number, (text, _) in enumerate(found))
    values = [value for _, each in found for value in each]
    order = "ORDER BY uploaded_at DESC, image_id DESC"
    return f"SELECT DISTINCT uploaded_at, image_id FROM ({all_of_them}) u {order} LIMIT {many}", values


def _limited(text: str, values: list[Any], before: Place | None, many: int) -> Sql:
    """`a <= x AND (a < x OR id < y)`: the form that MySQL and MariaDB turn into a range of the key."""
    column = "image_id" if "image_words" in text else "id"
    if before:
        moment = connection.ops.adapt_datetimefield_value(before[0])
        text += f" AND uploaded_at <= %s AND (uploaded_at < %s OR {column} < %s)"
        values = [*values, moment, moment, before[1]]
    return f"{text} ORDER BY uploaded_at DESC, {column} DESC LIMIT {many}", values


def hits(driver: Sql, conditions: Sequence[Sql], many: int) -> list[int]:
    """The ids of the first `many` of the driver's pictures that meet all conditions, in their order."""
    where = " AND ".join(text for text, _ in conditions) or "1 = 1"
    values = [*driver[1], *(value for _, each in conditions for value in each)]
    order = f"ORDER BY d.uploaded_at DESC, d.image_id DESC LIMIT {many}"
    return run((f"SELECT d.image_id FROM ({driver[0]}) d WHERE {where} {order}", values))


def last(driver: Sql, many: int) -> int | None:
    """The id of the driver's last picture, if it has `many`."""
    text = (
        f"SELECT d.image_id FROM ({driver[0]}) d ORDER BY d.uploaded_at DESC, d.image_id DESC LIMIT 1 OFFSET {many - 1}"
    )
    found = run((text, driver[1]))
    return found[0] if found else None


def has(words: Sequence[str]) -> Sql:
    """The condition for pictures with one of these words."""
    same = "w.uploaded_at = d.uploaded_at AND w.image_id = d.image_id"
    return f"EXISTS (SELECT 1 FROM image_words w WHERE w.word IN ({places(words)}) AND {same})", list(words)


def has_not(word: str) -> Sql:
    text, values = has([word])
    return f"NOT {text}", values


def has_tag(name: str) -> Sql:
    return "EXISTS (SELECT 1 FROM image_tags t WHERE t.image_id = d.image_id AND t.name = %s)", [name]
