"""The slim shared SQL module: every statement that a processor sends to image_annotations_db.

Works on any DB-API connection that takes `%s`: PyMySQL in the functions, Django's connection on one machine (SQLite
or MySQL). It never commits: the functions connect with autocommit, and the site may be inside `atomic`. The tables
belong to Django's migrations; a contract test runs every statement here against them.

PyMySQL needs client_flag=CLIENT.FOUND_ROWS: without it a repeated identical UPDATE counts 0 rows, which looks like
a row that is not there.
"""

import json
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from processors.captioning import Caption

LEASE_SECONDS = 160  # longer than a function may run (150 s), shorter than Lambda's second retry (after 180 s)
LAMBDA_TRIES = 3  # what Lambda makes of an asynchronous event: the first and two more
STAGES = ("thumbnail", "annotation")

# Percent-encoded in the column: whatever is not printable ASCII, the percent sign itself, and the space, since MySQL
# compares "a.jpg " and "a.jpg" as equal.
_PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")


class Connection(Protocol):
    """The part of a DB-API connection that is used here."""

    def cursor(self) -> Any: ...


class SchemaMissing(Exception):
    """The database has no tables of ours, or not of this version."""


class NotRegistered(Exception):
    """No row has this key."""


class Busy(Exception):
    """Somebody else works on this stage, and their lease is not over: come back later."""


class KeyTooLong(Exception):
    """The key does not fit into the key column."""


@dataclass(frozen=True)
class Claim:
    """The right to work on one stage of one image, until the lease is over. `started` is when it was given, as the
    column holds it: whoever was given a later one has taken over."""

    image_id: int
    uuid: str
    stage: str
    attempt: int
    started: str


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
        _execute(connection, "SELECT id, uuid, caption_language, annotation_finished_at FROM images WHERE id = 0")
        _execute(connection, "SELECT id, prompt_version FROM annotations WHERE id = 0")
        _execute(connection, "SELECT id, name FROM image_tags WHERE id = 0")
    except Exception as error:
        # 1146: no such table, 1054: unknown column (MySQL server error reference); SQLite says it in words.
        if error.args and (error.args[0] in (1146, 1054) or str(error.args[0]).startswith("no such ")):
            raise SchemaMissing(
                "The database has not been migrated to this version: run `python manage.py migrate`."
            ) from None
        raise


def claim(connection: Connection, key: str, stage: str) -> Claim | None:
    """Take the stage of the image with this object key; None where it is done (or declined) already.

    One UPDATE decides, so that of any number of deliveries one gets the work. Raises NotRegistered or Busy.
    """
    now = datetime.now(UTC)
    started = _text(now)
    taken = _execute(
        connection,
        f"UPDATE images SET {stage}_state = 'running', {stage}_attempts = {stage}_attempts + 1,"  # noqa: S608
        f" {stage}_started_at = %s, {stage}_finished_at = NULL WHERE s3_key = %s AND ({stage}_state IN"
        f" ('queued', 'failed') OR ({stage}_state = 'running' AND {stage}_started_at < %s))",
        started,
        column_key(key),
        _text(now - timedelta(seconds=LEASE_SECONDS)),
    )
    row = _row(
        connection,
        f"SELECT id, uuid, {stage}_attempts, {stage}_state FROM images WHERE s3_key = %s",  # noqa: S608
        column_key(key),
    )
    if row is None:
        raise NotRegistered(key)
    if taken:
        return Claim(row[0], row[1], stage, row[2], started)
    if row[3] == "running":
        raise Busy(f"The {stage} of {row[1]} is being made by another worker.")
    if row[3] in ("queued", "failed"):
        # The row was registered, or put back to the queue, between the two statements: "done before" would lose it.
        return claim(connection, key, stage)
    return None


def register(connection: Connection, *, key: str, uuid: str, original_name: str, byte_size: int) -> None:
    """Add the row of an object that came into the bucket without the site. A row that is there already (both
    functions see the same event) is left as it is."""
    try:
        _execute(
            connection,
            "INSERT INTO images (uuid, s3_key, original_name, byte_size, uploaded_at) VALUES (%s, %s, %s, %s, %s)",
            uuid,
            column_key(key),
            original_name[:255],
            byte_size,
            _text(datetime.now(UTC)),
        )
    except Exception as error:
        if type(error).__name__ != "IntegrityError":  # each driver has a class of its own by this name (PEP 249)
            raise


def finish_thumbnail(
    connection: Connection,
    claim: Claim,
    *,
    thumbnail_key: str,
    content_type: str,
    byte_size: int,
    width: int,
    height: int,
) -> bool:
    """Record the thumbnail; False where the lease was lost or the image is gone, and nothing was changed."""
    return _finish(
        connection,
        claim,
        "done",
        "",
        "thumbnail_key = %s, content_type = %s, byte_size = %s, width = %s, height = %s,",
        (thumbnail_key, content_type, byte_size, width, height),
    )


def finish_annotation(connection: Connection, claim: Claim, caption: "Caption") -> bool:
    """Record a model's caption; False where the lease was lost or the image is gone.

    The ledger row is written in any case, as the model was paid. Caption, alt text and tags stay as they are where
    a person wrote them.
    """
    if not exists(connection, claim):
        return False
    _add_to_ledger(connection, claim.image_id, caption)
    written = _execute(
        connection,
        "UPDATE images SET caption = %s, alt_text = %s, captioned_by = %s, caption_language = %s WHERE id = %s"
        " AND annotation_state = 'running' AND annotation_started_at = %s AND captioned_by <> 'person'",
        caption.caption,
        caption.alt_text,
        caption.model[:64],
        caption.language[:16],
        claim.image_id,
        claim.started,
    )
    if written:
        _replace_tags(connection, claim.image_id, caption.tags)
    return _finish(connection, claim, "done", "")


def exists(connection: Connection, claim: Claim) -> bool:
    """Whether the claimed image is still there: somebody may have deleted it meanwhile."""
    return _row(connection, "SELECT id FROM images WHERE id = %s", claim.image_id) is not None


def fail(connection: Connection, claim: Claim, reason: str, *, tries: int = 0) -> None:
    """Record why the stage did not succeed. It goes back to the queue where fewer than `tries` were made."""
    state = "queued" if claim.attempt < tries else "failed"
    _finish(connection, claim, state, reason)


def decline(connection: Connection, claim: Claim, reason: str) -> None:
    """Record that the model refused the picture. Trying again would be paid and refused again."""
    _finish(connection, claim, "declined", reason)


def _finish(
    connection: Connection,
    claim: Claim,
    state: str,
    error: str,
    columns: str = "",
    values: tuple[Any, ...] = (),
) -> bool:
    """Fenced by the claim's time: a worker whose lease was taken over changes nothing."""
    stage = claim.stage
    changed = _execute(
        connection,
        f"UPDATE images SET {columns} {stage}_state = %s, {stage}_finished_at = %s, {stage}_error = %s"  # noqa: S608
        f" WHERE id = %s AND {stage}_state = 'running' AND {stage}_started_at = %s",
        *values,
        state,
        _text(datetime.now(UTC)),
        error[:500],
        claim.image_id,
        claim.started,
    )
    return changed == 1


def _add_to_ledger(connection: Connection, image_id: int, caption: "Caption") -> None:
    _execute(
        connection,
        "INSERT INTO annotations (image_id, author, caption, alt_text, tags, model, prompt_version, language,"
        " input_tokens, output_tokens, cost_usd, latency_ms, created_at)"
        " VALUES (%s, 'model', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        image_id,
        caption.caption,
        caption.alt_text,
        json.dumps(list(caption.tags)),
        caption.model[:64],
        caption.prompt_version,
        caption.language[:16],
        caption.input_tokens,
        caption.output_tokens,
        None if caption.cost_usd is None else str(caption.cost_usd),
        caption.latency_ms,
        _text(datetime.now(UTC)),
    )


def _replace_tags(connection: Connection, image_id: int, tags: tuple[str, ...]) -> None:
    """Unless a person has written theirs in this moment. NOT EXISTS compares as the table's unique index does: MySQL
    takes "cafe" and "café" for the same tag."""
    unless_a_person = "(SELECT id FROM images WHERE id = %s AND captioned_by <> 'person')"
    _execute(connection, f"DELETE FROM image_tags WHERE image_id IN {unless_a_person}", image_id)  # noqa: S608
    for name in tags:
        _execute(
            connection,
            "INSERT INTO image_tags (image_id, name) SELECT id, %s FROM images WHERE id = %s"
            " AND captioned_by <> 'person' AND NOT EXISTS (SELECT 1 FROM image_tags WHERE image_id = %s AND name = %s)",
            name,
            image_id,
            image_id,
            name,
        )


def _execute(connection: Connection, sql: str, *values: Any) -> int:
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _row(connection: Connection, sql: str, *values: Any) -> Any:
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def _text(moment: datetime) -> str:
    """UTC without an offset, as Django stores it: text sorts and compares right on both engines."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
