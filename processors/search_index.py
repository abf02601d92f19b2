"""The search's index, by SQL as `records` has it: a row of `image_words` for each word of a picture, and one of `words`
for each word that there is. In the key of `image_words` the word comes first, then the time of the upload: the newest
pictures with a word are one range of it."""

import json
from collections.abc import Iterable

from processors import words
from processors.sql import Connection, already_there, execute, many, one

VERSION = 1  # of what `words` makes of a text: pictures that were indexed by another one are indexed again
_AT_ONCE = 100  # words of a statement


def refresh(connection: Connection, image_id: int) -> None:
    """Make the picture found by what is said of it now. In the transaction that changed it, and by who holds its job
    (`records.hold`), or has just made its row."""
    found = words.of(_texts(connection, image_id))
    there = {word for (word,) in many(connection, "SELECT word FROM image_words WHERE image_id = %s", image_id)}
    for some in _some(there - found):
        sql = f"DELETE FROM image_words WHERE image_id = %s AND word IN ({_places(some)})"  # noqa: S608
        execute(connection, sql, image_id, *some)
        _count(connection, some, -1)
    for some in _some(found - there):
        _add(connection, image_id, some)
        _count(connection, some, 1)
    execute(connection, "UPDATE images SET indexed = %s WHERE id = %s AND indexed <> %s", VERSION, image_id, VERSION)


def _count(connection: Connection, some: list[str], by: int) -> None:
    """How many pictures have each of these words, about: nobody counts down for a picture that is deleted. Rows that
    are there are changed, and only others added: each in the order of the words, so that nobody waits in a circle."""
    known = {word for (word,) in many(connection, f"SELECT word FROM words WHERE word IN ({_places(some)})", *some)}  # noqa: S608
    if listed := sorted(known):
        sql = f"UPDATE words SET pictures = pictures + %s WHERE word IN ({_places(listed)})"  # noqa: S608
        execute(connection, sql, by, *listed)
    for word in some:
        if word not in known:
            with already_there():  # another picture has just brought it
                execute(connection, "INSERT INTO words (word, pictures) VALUES (%s, 1)", word)


def _places(some: list[str]) -> str:
    return ", ".join(["%s"] * len(some))


def _add(connection: Connection, image_id: int, some: list[str]) -> None:
    """The time is copied by the database: text of SQLite's would be another one with zeros at its end."""
    listed = " UNION ALL ".join(["SELECT %s AS word"] * len(some))
    sql = (
        f"INSERT INTO image_words (word, uploaded_at, image_id) SELECT w.word, i.uploaded_at, i.id FROM ({listed}) w"  # noqa: S608
        " JOIN images i ON i.id = %s"
    )
    execute(connection, sql, *some, image_id)


def _texts(connection: Connection, image_id: int) -> list[str]:
    """What is said of the picture; what comes first is kept of one with very many words."""
    columns = "caption, alt_text, original_name, text"
    said = list(one(connection, f"SELECT {columns} FROM images WHERE id = %s", image_id) or ())  # noqa: S608
    tags = [name for (name,) in many(connection, "SELECT name FROM image_tags WHERE image_id = %s", image_id)]
    others = "SELECT caption, alt_text, tags FROM translations WHERE image_id = %s"
    for caption, alt_text, listed in many(connection, others, image_id):
        tags += [caption, alt_text, *(json.loads(listed) if isinstance(listed, str) else listed)]
    return said[:3] + tags + said[3:]


def _some(found: Iterable[str]) -> list[list[str]]:
    """In a fixed order, so that two who write do not wait for each other."""
    listed = sorted(found)
    return [listed[place : place + _AT_ONCE] for place in range(0, len(listed), _AT_ONCE)]
