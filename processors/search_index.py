"""The search's index, by SQL as `records` has it: a row of `image_words` for each word of a picture, and one of `words`
for each word that there is. In the key of `image_words` the word comes first, then the time of the upload: the newest
pictures with a word are one range of it."""

import json
from collections.abc import Iterable

from processors import words
from processors.sql import Connection, already_there, execute, many, one, places

VERSION = 1  # of what `words` makes of a text: pictures that were indexed by another one are indexed again
_AT_ONCE = 100  # words of a statement


def refresh(connection: Connection, image_id: int) -> None:
    """Make the picture found by what is said of it now. In the transaction that changed it, and by who holds its job
    (`records.hold`), or has just made its row."""
    # The picture first: nobody who holds the index waits for one.
    execute(connection, "UPDATE images SET indexed = %s WHERE id = %s", VERSION, image_id)
    _one_at_a_time(connection)
    found = words.of(_texts(connection, image_id))
    there = _there(connection, image_id)
    _remove(connection, image_id, there - found)
    for some in _some(found - there):
        _add(connection, image_id, some)
        _count(connection, some, 1)


def forget(connection: Connection, image_id: int) -> set[str]:
    """Take a picture that is to be deleted out of the index; returns the words that it had. As `refresh`."""
    _one_at_a_time(connection)
    there = _there(connection, image_id)
    _remove(connection, image_id, there)
    return there


def _one_at_a_time(connection: Connection) -> None:
    """Until the end of the transaction nobody else writes into the index: most captions share some words, and two who
    change those in two orders would wait for each other. The row of no word stands for all."""
    if not execute(connection, "UPDATE words SET pictures = 0 WHERE word = ''"):
        with already_there():
            execute(connection, "INSERT INTO words (word, pictures) VALUES ('', 0)")


def _there(connection: Connection, image_id: int) -> set[str]:
    return {word for (word,) in many(connection, "SELECT word FROM image_words WHERE image_id = %s", image_id)}


def _remove(connection: Connection, image_id: int, former: Iterable[str]) -> None:
    for some in _some(former):
        sql = f"DELETE FROM image_words WHERE image_id = %s AND word IN ({places(some)})"  # noqa: S608
        execute(connection, sql, image_id, *some)
        _count(connection, some, -1)


def _count(connection: Connection, some: list[str], by: int) -> None:
    """How many pictures have each of these words."""
    known = {word for (word,) in many(connection, f"SELECT word FROM words WHERE word IN ({places(some)})", *some)}  # noqa: S608
    if known:
        sql = f"UPDATE words SET pictures = pictures + %s WHERE word IN ({places(known)})"  # noqa: S608
        execute(connection, sql, by, *known)
    for word in some if by > 0 else ():
        if word not in known:
            with already_there():  # of those who were the very first here at the same moment
                execute(connection, "INSERT INTO words (word, pictures) VALUES (%s, 1)", word)


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
    listed = sorted(found)
    return [listed[place : place + _AT_ONCE] for place in range(0, len(listed), _AT_ONCE)]
