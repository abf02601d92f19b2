"""From the first release's ten columns to the table of jobs and back, with data, killed at every fifth statement. On
SQLite, and on MariaDB with TEST_DATABASE=mysql."""

from itertools import count

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, NOW, NEWEST = "0002", "0007", "0013"
MOMENT, LATER = "2026-11-01 10:00:00.123456", "2026-11-01 10:00:05.654321"
# thumbnail and annotation of each picture: state, attempts, started_at, finished_at, error
WORK = [
    (("done", 1, MOMENT, LATER, ""), ("done", 2, MOMENT, LATER, "")),
    (("queued", 0, None, None, ""), ("queued", 2, MOMENT, LATER, "Gemini is busy.")),
    (("running", 1, MOMENT, None, ""), ("failed", 3, MOMENT, LATER, "Gemini is away.")),
    (("done", 1, MOMENT, LATER, ""), ("declined", 1, MOMENT, LATER, "SAFETY")),
]
COLUMNS = ("state", "attempts", "started_at", "finished_at", "error")


class Killed(BaseException):
    pass


@pytest.fixture
def first_release(capsys):
    """Its schema, with its data; afterwards today's schema again."""
    migrate(FIRST)
    names = ", ".join(f"{kind}_{column}" for kind in ("thumbnail", "annotation") for column in COLUMNS)
    with connection.cursor() as cursor:
        for number, (thumbnail, annotation) in enumerate(WORK, start=1):
            cursor.execute(
                f"INSERT INTO images (id, uuid, s3_key, original_name, caption, uploaded_at, {names}) VALUES"
                f" (%s, %s, %s, 'größe.jpg', 'A cat.', %s, {', '.join(['%s'] * 10)})",
                [number * 4000, f"u-{number}", f"uploads/{number}.jpg", MOMENT, *thumbnail, *annotation],
            )
        cursor.execute("INSERT INTO image_tags (image_id, name) VALUES (4000, 'cat')")
        cursor.execute(
            "INSERT INTO annotations (image_id, author, caption, tags, cost_usd, created_at)"
            " VALUES (4000, 'model', 'A cat.', '[\"cat\"]', '0.00012345', %s)",
            [MOMENT],
        )
    yield
    migrate(NEWEST)


def migrate(name: str) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("gallery", next(key for _, key in executor.loader.disk_migrations if key.startswith(name)))])


def rows(sql: str) -> list[list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [[str(value) for value in row] for row in cursor.fetchall()]


def jobs() -> list[list[str]]:
    return rows(f"SELECT image_id, kind, {', '.join(COLUMNS)} FROM jobs ORDER BY image_id, kind DESC")


def former() -> list[list[str]]:
    names = ", ".join(f"{kind}_{column}" for kind in ("thumbnail", "annotation") for column in COLUMNS)
    return rows(f"SELECT {names} FROM images ORDER BY id")


def expected() -> list[list[str]]:
    each = [(4000 * n, kind, *work) for n, both in enumerate(WORK, 1) for kind, work in zip(KINDS, both, strict=True)]
    return [[str(value) for value in row] for row in each]


KINDS = ("thumbnail", "annotation")


def killed_at(statement: int, name: str) -> bool:
    """Whether a process that migrates ends before its n-th statement that changes something, or has fewer. What it had
    begun is rolled back, as the server does it."""
    numbers = count(1)

    def execute(run, sql, params, many, context):
        changes = sql.split()[0].upper() in ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE")
        if changes and next(numbers) == statement:
            raise Killed
        return run(sql, params, many, context)

    try:
        with connection.execute_wrapper(execute):
            migrate(name)
        return False
    except (Killed, DatabaseError):  # the second from what Django still does on its way out
        connection.connection.close()
        connection.connection, connection.in_atomic_block, connection.needs_rollback = None, False, False
        connection.savepoint_ids, connection.atomic_blocks, connection.run_on_commit = [], [], []
        return True


def test_it_works(first_release):
    migrate(NOW)
    assert jobs() == expected()
    assert rows("SELECT original_name, caption FROM images WHERE id = 4000") == [["größe.jpg", "A cat."]]
    assert rows("SELECT image_id, name FROM image_tags") == [["4000", "cat"]]
    assert rows("SELECT image_id, caption, cost_usd FROM annotations")[0][:2] == ["4000", "A cat."]
    assert rows("SELECT COUNT(*) FROM jobs WHERE due_at IS NULL") == [["0"]]


def test_there_and_back(first_release, capsys):
    before = former()
    migrate(NOW)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO annotations (author, tags, created_at) VALUES ('model', '[]', %s)", [MOMENT])
        cursor.execute("UPDATE jobs SET state = 'paused' WHERE image_id = 8000 AND kind = 'thumbnail'")
    migrate(FIRST)
    assert former() == before
    said = capsys.readouterr().err
    assert "Dropped: rows of the ledger whose picture was deleted: 1" in said
    assert "What was paused is queued." in said


@pytest.mark.parametrize(("here", "there"), [(FIRST, NOW), (NOW, FIRST)])
def test_killed_and_run_again(first_release, here, there):
    look, right = (jobs, expected()) if there == NOW else (former, former())
    migrate(here)
    # On SQLite what is killed within a migration is rolled back as a whole: some places are enough.
    for number in count(1, 5 if connection.vendor == "mysql" else 7):
        killed = killed_at(number, there)
        migrate(there)
        assert look() == right
        if not killed:
            break
        migrate(here)
    assert number > 20


def test_the_ledgers_foreign_key_survives_a_kill_between_dropping_and_adding_it(first_release):
    if connection.vendor != "mysql":
        return  # SQLite makes the table anew in one transaction
    with connection.cursor() as cursor:
        (name,) = (
            name for name, found in constraints("annotations").items() if found["foreign_key"] == ("images", "id")
        )
        cursor.execute(f"ALTER TABLE annotations DROP FOREIGN KEY {name}")
    migrate(NOW)
    assert ("images", "id") in [found["foreign_key"] for found in constraints("annotations").values()]


def constraints(table: str):
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, table)
