"""The slim shared SQL module: every statement that a processor sends to image_annotations_db.

Works on any DB-API connection that takes `%s`: PyMySQL in the functions, Django's connection on one machine (SQLite
or MySQL). The tables belong to Django's migrations; a contract test runs every statement here against them.

PyMySQL needs client_flag=CLIENT.FOUND_ROWS: without it a repeated identical UPDATE counts 0 rows, which looks like
a row that is not there.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from processors import search_index
from processors.alike import looks_hidden
from processors.publication import VISIBLE, WAITING
from processors.sql import Connection, already_there, execute, insert, many, one, stamp, transaction

if TYPE_CHECKING:
    from processors.captioning import Description, Words

__all__ = ["Connection", "transaction"]  # beside what is defined here
KINDS = ["thumbnail", "annotation"]  # of jobs that each picture gets; each is the name of a module of processors/
TRIAL = "trial"  # a job that some pictures get: a prompt is tried on them
LEASE = timedelta(seconds=160)  # longer than a function may run (150 s)
VISIBILITY = timedelta(seconds=180)  # after which a queue hands a message over again; the lease is over by then
RECEIVES = 5  # after which the message is a dead letter
EVENT_LIFE = VISIBILITY * RECEIVES  # of a message from its first delivery on
TRIES = 24  # of a job, before it has failed
# Between the tries of a job: together most of a day, so that a model may be away for as long.
PAUSES = [timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)]
TOO_OFTEN = "It was interrupted too often. A moderator can run it again."

# Of each table that is used here and in ledger.py, what its newest migration brought.
COLUMNS = {
    "images": "text, prompt_id, review, indexed",
    "jobs": "kind, prompt_id",
    "annotations": "text, prompt_id",
    "image_tags": "name",
    "image_words": "word",
    "words": "pictures",
    "translations": "language",
    "prompts": "active",
    "budgets": "spent_usd",
}
_HOLDS = "EXISTS (SELECT 1 FROM jobs WHERE id = %s AND state = 'running' AND started_at = %s)"  # the claim, still
_MAY_BE_OVERWRITTEN = " AND captioned_by <> 'person' AND verdict NOT IN ('accepted', 'edited')"
_NOT_REVIEWED = {"review": "due", "verdict": "", "reviewed_at": None, "reviewed_by_id": None}
_ARRIVING = "visibility = 'arriving'"
_FIRST_SEEN = f"{_ARRIVING} OR visibility = 'visible' AND thumbnail_key = ''"
# Percent-encoded in the column: whatever is not printable ASCII, the percent sign itself, and the space, since MySQL
# compares "a.jpg " and "a.jpg" as equal.
_PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")


class SchemaMissing(Exception):
    """The database has no tables of ours, or not of this version."""


class NotRegistered(Exception):
    """No row has this key."""


class Busy(Exception):
    """Somebody else does this job, and their lease is not over: come back later."""


class NotDue(Exception):
    """The job waits for a later time; whoever looks after the queue comes back to it then."""


class KeyTooLong(Exception):
    """The key does not fit into the key column."""


@dataclass(frozen=True)
class Claim:
    """The right to do one job of one image, until the lease is over. `started` is when it was given, as the column
    holds it: whoever was given a later one has taken over."""

    job_id: int
    image_id: int
    uuid: str
    kind: str
    attempt: int
    started: str


def all_kinds() -> list[str]:
    """Of jobs that may wait in the queue."""
    return [*KINDS, TRIAL]


def processor_of(kind: str) -> str:
    """The module of processors/ that does jobs of this kind, which is the name of its queue, too."""
    return "annotation" if kind == TRIAL else kind


def column_key(key: str) -> str:
    """An object's key as the column s3_key holds it: ASCII, at most 255 bytes, else KeyTooLong."""
    column = quote(key, safe=_PLAIN)
    if len(column) > 255:
        raise KeyTooLong(f"The key is {len(column)} bytes long as stored here; at most 255 are possible.")
    return column


def object_key(column: str) -> str:
    """The object's key of what the column s3_key holds."""
    return unquote(column)


def check_schema(connection: Connection) -> None:
    """Raises SchemaMissing, in one line, unless the tables that we write to are there."""
    try:
        for table, names in COLUMNS.items():
            execute(connection, f"SELECT {names} FROM {table} WHERE 1 = 0")  # noqa: S608
    except Exception as error:
        # 1146: no such table, 1054: unknown column (MySQL server error reference); SQLite says it in words.
        if error.args and (error.args[0] in (1146, 1054) or str(error.args[0]).startswith("no such ")):
            raise SchemaMissing(
                "The database has not been migrated to this version: run `python manage.py migrate`."
            ) from None
        raise


def claim(connection: Connection, key: str, kind: str) -> Claim | None:
    """Take a job of the image with this object key; None where it is done, declined or given up. A trial is given up
    at its first failure, and None where it can't be taken now or nobody has asked for one: its picture's annotation
    must not wait for it.

    The job is looked at, and one UPDATE decides: of any number of deliveries one gets the work, the others look
    again. Raises NotRegistered, Busy or NotDue.
    """
    for _ in range(20):  # looks at a job that others change at the same moment
        now = datetime.now(UTC)
        image_id, uuid, job_id, state, attempts, later = _look(connection, key, kind, now)
        if kind == TRIAL and (job_id is None or later or state == "failed"):
            return None
        if job_id is None:
            _add_job(connection, image_id, kind)
        elif state in ("done", "declined"):
            return None
        elif later:
            raise Busy(f"The {kind} of {uuid} is being made.") if state == "running" else NotDue(f"{kind} of {uuid}")
        elif state == "running" and attempts >= TRIES:
            if _take(connection, job_id, state, attempts, now, "failed"):
                return None
        elif _take(connection, job_id, state, attempts, now, "running"):
            return Claim(job_id, image_id, uuid, kind, attempts + 1, stamp(now))
    raise Busy(f"Others were faster with the {kind} of {key}, again and again.")


def _look(connection: Connection, key: str, kind: str, now: datetime) -> Any:
    sql = (
        "SELECT i.id, i.uuid, j.id, j.state, j.attempts, j.due_at > %s FROM images i"
        " LEFT JOIN jobs j ON j.image_id = i.id AND j.kind = %s WHERE i.s3_key = %s"
    )
    row = one(connection, sql, stamp(now), kind, column_key(key))
    if row is None:
        raise NotRegistered(key)
    return row


def _take(connection: Connection, job_id: int, state: str, attempts: int, now: datetime, to: str) -> bool:
    """Move the job from what was seen of it to `to`; False where somebody was faster. A job that has been interrupted
    too often goes to "failed": a picture that ends the process each time must not do so for ever."""
    fresh: tuple[Any, ...]
    if to == "failed":
        fresh = (to, attempts, stamp(now), stamp(now), stamp(now), TOO_OFTEN)
    else:
        fresh = (to, attempts + 1, stamp(now), None, stamp(now + LEASE), "")
    sql = (
        "UPDATE jobs SET state = %s, attempts = %s, started_at = %s, finished_at = %s, due_at = %s, error = %s"
        " WHERE id = %s AND state = %s AND attempts = %s AND due_at <= %s"
    )
    return execute(connection, sql, *fresh, job_id, state, attempts, stamp(now)) == 1


def begin(connection: Connection, image_id: int, uuid: str, kind: str) -> Claim:
    """Add a job that whoever adds it does at once."""
    now = datetime.now(UTC)
    sql = "INSERT INTO jobs (image_id, kind, state, attempts, started_at, due_at) VALUES (%s, %s, 'running', 1, %s, %s)"
    execute(connection, sql, image_id, kind, stamp(now), stamp(now + LEASE))
    (job_id,) = one(connection, "SELECT id FROM jobs WHERE image_id = %s AND kind = %s", image_id, kind)
    return Claim(job_id, image_id, uuid, kind, 1, stamp(now))


def register(
    connection: Connection, *, key: str, uuid: str, original_name: str, byte_size: int, visibility: str = VISIBLE
) -> None:
    """Add the row of an object that came into the bucket without the site, and its jobs, in a transaction. A row that
    is there already (both functions see the same event) is left as it is."""
    row = {"uuid": uuid, "s3_key": column_key(key), "original_name": original_name, "byte_size": byte_size}
    with already_there():
        insert(connection, "images", {**row, "visibility": visibility, "uploaded_at": stamp(datetime.now(UTC))})
    image_id, indexed = one(connection, "SELECT id, indexed FROM images WHERE s3_key = %s", column_key(key))
    if not indexed:  # else it is not ours, and its job somebody's
        search_index.refresh(connection, image_id)
    for kind in KINDS:
        _add_job(connection, image_id, kind)


def _add_job(connection: Connection, image_id: int, kind: str) -> None:
    sql = (
        "INSERT INTO jobs (image_id, kind, due_at) SELECT id, %s, %s FROM images WHERE id = %s"
        " AND NOT EXISTS (SELECT 1 FROM jobs WHERE image_id = %s AND kind = %s)"
    )
    with already_there():
        execute(connection, sql, kind, stamp(datetime.now(UTC)), image_id, image_id, kind)


def hold(connection: Connection, claim: Claim) -> bool:
    """Whether the claim holds. If so, the job is nobody else's until the end of the transaction. Who changes a job and
    its image takes the job first, here and on the site: in two orders they would wait for each other."""
    sql = "UPDATE jobs SET state = 'running' WHERE id = %s AND state = 'running' AND started_at = %s"
    return execute(connection, sql, claim.job_id, claim.started) == 1


def finish_thumbnail(connection: Connection, claim: Claim, columns: dict[str, Any], visibility: str = VISIBLE) -> bool:
    """Record the thumbnail: what was made and found out, as columns of the image. False where the lease was lost or the
    image is gone, and nothing was changed. Its original was decoded to its end: if it was arriving, it is here.
    `visibility`: of a picture that is here for the first time, unless it looks like one that was hidden."""
    hold(connection, claim)
    like_hidden = looks_hidden(connection, claim.image_id, columns.get("perceptual_hash", ""))
    if like_hidden:
        _show(connection, claim, WAITING, _FIRST_SEEN)
    else:
        _show(connection, claim, visibility, _ARRIVING)
    _write(connection, claim, columns)
    return _end(connection, claim, "done")


def _show(connection: Connection, claim: Claim, visibility: str, of: str) -> None:
    """`of`: which of them, before the first thumbnail is written. Later ones change nothing: a moderator may have shown
    the picture, or hidden it."""
    sql = f"UPDATE images SET visibility = %s WHERE id = %s AND ({of}) AND {_HOLDS}"  # noqa: S608
    execute(connection, sql, visibility, claim.image_id, claim.job_id, claim.started)


def finish_annotation(connection: Connection, claim: Claim, said: "Description") -> bool:
    """Record a model's captions; False where the lease was lost or the image is gone.

    What a person wrote or accepted stays as it is, and this is a proposal for who reviews it. The ledger
    (`ledger.settle`) comes after this in the same transaction: its foreign key takes a shared lock on the image's row,
    and two functions that then both want to write to it would wait for each other.
    """
    hold(connection, claim)
    first, *others = said.words
    columns = {
        "caption": first.caption,
        "alt_text": first.alt_text,
        "text": said.text,
        "captioned_by": said.model[:64],
        "caption_language": first.language[:16],
        "prompt_id": said.prompt_id,
        **_NOT_REVIEWED,
    }
    if _write(connection, claim, columns, _MAY_BE_OVERWRITTEN):
        _replace_tags(connection, claim.image_id, first.tags)
        _replace_translations(connection, claim.image_id, others, said.model)
        search_index.refresh(connection, claim.image_id)
    else:
        _write(connection, claim, {"review": "due"})
    return _end(connection, claim, "done")


def finish_trial(connection: Connection, claim: Claim) -> bool:
    """A prompt was tried on the image: what came of it is in the ledger alone. As `finish_annotation`."""
    return _end(connection, claim, "done")


def exists(connection: Connection, image_id: int) -> bool:
    """Whether the image is still there: somebody may have deleted it meanwhile."""
    return one(connection, "SELECT id FROM images WHERE id = %s", image_id) is not None


def known(connection: Connection, claim: Claim) -> tuple[str, int, int, Any, str]:
    """Of the claimed image: thumbnail_key ("" while there is no thumbnail), width, height, taken_at, original_name."""
    sql = "SELECT thumbnail_key, width, height, taken_at, original_name FROM images WHERE id = %s"
    return tuple(one(connection, sql, claim.image_id) or ("", 0, 0, None, ""))


def fail(connection: Connection, claim: Claim, reason: str, *, again: bool = False, after: float | None = None) -> bool:
    """Record why the job did not succeed. Where another try may help (`again`), and fewer than TRIES were made, it is
    queued, and due after a pause: `after` seconds, or as PAUSES says. False where the lease was lost."""
    if not again or claim.attempt >= TRIES:
        return _end(connection, claim, "failed", reason)
    pause = PAUSES[min(claim.attempt, len(PAUSES)) - 1] if after is None else timedelta(seconds=min(after, 3600))
    return _end(connection, claim, "queued", reason, due=datetime.now(UTC) + pause)


def decline(connection: Connection, claim: Claim, reason: str) -> bool:
    """Record that the model refused the picture. Trying again would be paid and refused again. As `fail`."""
    return _end(connection, claim, "declined", reason)


def postpone(connection: Connection, claim: Claim, reason: str, due: datetime, state: str = "queued") -> None:
    """Put the job off until `due`, as if it had not been tried. `state`: "paused" where a person should know why."""
    _end(connection, claim, state, reason, due=due, attempts=claim.attempt - 1)


def _write(connection: Connection, claim: Claim, columns: dict[str, Any], and_only: str = "") -> bool:
    """Set columns of the claimed image, while the claim holds. Before `_end`: a crash between the two only has the
    work done again."""
    names = ", ".join(f"{name} = %s" for name in columns)
    sql = f"UPDATE images SET {names} WHERE id = %s AND {_HOLDS}{and_only}"  # noqa: S608
    return execute(connection, sql, *columns.values(), claim.image_id, claim.job_id, claim.started) == 1


def _end(
    connection: Connection, claim: Claim, state: str, error: str = "", *, due: Any = None, attempts: int | None = None
) -> bool:
    """Fenced by the claim's time: a worker whose lease was taken over changes nothing."""
    now = datetime.now(UTC)
    sql = (
        "UPDATE jobs SET state = %s, attempts = %s, finished_at = %s, due_at = %s, error = %s"
        " WHERE id = %s AND state = 'running' AND started_at = %s"
    )
    made = claim.attempt if attempts is None else attempts
    fresh = (state, made, stamp(now), stamp(due or now), error[:500])
    return execute(connection, sql, *fresh, claim.job_id, claim.started) == 1


def _replace_tags(connection: Connection, image_id: int, tags: Sequence[str]) -> None:
    """Unless a person has written theirs in this moment. NOT EXISTS compares as the table's unique index does: MySQL
    takes "cafe" and "café" for the same tag."""
    not_a_person = "captioned_by <> 'person'"
    sql = f"DELETE FROM image_tags WHERE image_id IN (SELECT id FROM images WHERE id = %s AND {not_a_person})"  # noqa: S608
    execute(connection, sql, image_id)
    sql = (
        f"INSERT INTO image_tags (image_id, name) SELECT id, %s FROM images WHERE id = %s AND {not_a_person}"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM image_tags WHERE image_id = %s AND name = %s)"
    )
    for name in tags:
        execute(connection, sql, name, image_id, image_id, name)


def _replace_translations(connection: Connection, image_id: int, others: "Sequence[Words]", model: str) -> None:
    """The captions in further languages, but for those that a person wrote. A row stays the same row as long as its
    language is there: a moderator may have the picture's form open, which sends the rows that it was shown."""
    sql = "SELECT language, id FROM translations WHERE image_id = %s AND captioned_by <> 'person'"
    former = dict(many(connection, sql, image_id))
    for said in others:
        row, values = former.pop(said.language[:16], None), _translation(said, model)
        if row is None:
            _add_translation(connection, image_id, values)
        else:
            fresh = ", ".join(f"{name} = %s" for name in values)
            sql = f"UPDATE translations SET {fresh} WHERE id = %s AND captioned_by <> 'person'"  # noqa: S608
            execute(connection, sql, *values.values(), row)
    for row in former.values():
        execute(connection, "DELETE FROM translations WHERE id = %s AND captioned_by <> 'person'", row)


def _translation(said: "Words", model: str) -> dict[str, str]:
    tags = json.dumps(list(said.tags))
    words = {"language": said.language[:16], "caption": said.caption, "alt_text": said.alt_text, "tags": tags}
    return words | {"captioned_by": model[:64]}


def _add_translation(connection: Connection, image_id: int, values: dict[str, str]) -> None:
    sql = (
        f"INSERT INTO translations (image_id, {', '.join(values)}) SELECT id, {', '.join(['%s'] * len(values))}"  # noqa: S608
        " FROM images WHERE id = %s AND captioned_by <> 'person'"
        " AND NOT EXISTS (SELECT 1 FROM translations WHERE image_id = %s AND language = %s)"
    )
    execute(connection, sql, *values.values(), image_id, image_id, values["language"])
