"""The search's index: a row of `image_words` for each word of a picture, by SQL as `records` has it. The word comes
first in its key, then the time of the upload: the newest pictures with a word are one range of the key."""

import json
from collections.abc import Iterable

from processors import words
from processors.sql import Connection, execute, many, one

VERSION = 1  # of what `words` makes of a text: pictures that were indexed by another one are indexed again
_AT_ONCE = 100  # words of a statement


def refresh(connection: Connection, image_id: int) -> None:
    """Make the picture found by what is said of it now. In the transaction that changed it, and by who holds its job
    (`records.hold`), or has just made its row."""
    found = words.of(_texts(connection, image_id))
    there = {word for (word,) in many(connection, "SELECT word FROM image_words WHERE image_id = %s", image_id)}
    for some in _some(there - found):
        places = ", ".join(["%s"] * len(some))
        execute(connection, f"DELETE FROM image_words WHERE image_id = %s AND word IN ({places})", image_id, *some)  # noqa: S608
    for some in _some(found - there):
        _add(connection, image_id, some)
    execute(connection, "UPDATE images SET indexed = %s WHERE id = %s AND indexed <> %s", VERSION, image_id, VERSION)


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
