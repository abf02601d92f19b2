"""The month's budget with many threads at once on MariaDB, which double every message, take jobs over from each other
and lose pictures while a model is asked: nobody is left in a deadlock, and no cent is lost."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pymysql
import pytest
from pymysql.constants import CLIENT

from processors import annotation, events, job, ledger, records, sql
from processors.captioning import Answer, Failed, Lost, Outcome, Request, Words, shell
from processors.captioning.choice import Choice
from processors.captioning.prices import Price
from processors.images.check import Limits
from processors.ledger import TakenOver
from processors.store import ObjectMissing
from tests.flow.budget import LIMIT, Fire
from tests.flow.world import World

pytestmark = pytest.mark.server

PRICE = Price(Decimal(1), Decimal(1), 1000)
WORDS = '{"caption": "A cat.", "alt_text": "Cat", "tags": ["cat", "sofa"]}'
GOOD = Answer(f'{{"en": {WORDS}, "de": {WORDS}, "fr": {WORDS}, "text": ""}}', 1000, 100)
ANSWERS = [GOOD, GOOD, GOOD, Answer("Sure!", 1000, 50), Answer("Sure!"), Failed(503), Lost()]
PICTURES, THREADS, ROUNDS = 10, 6, 3
BLANK = Request(Outcome.UNKNOWN, "moody-1", "en")
BOUND, COST = Decimal("0.04"), Decimal("0.01")
ANSWER = Request(Outcome.CAPTION, "moody-1", "en", usd=COST)


class Moody:
    """A client that says any of them; seldom the same in two threads."""

    vendor, model, model_setting, key_help = "Moody", "moody-1", "MOODY_MODEL", ""

    def ask(self, question: Any, seconds: float) -> Answer:
        time.sleep(random.random() / 20)
        answer = random.choice(ANSWERS)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def fire(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fire]:
    """Pictures in three languages, which nobody looks at."""
    facts = SimpleNamespace(width=4, height=3, taken=None)
    monkeypatch.setattr(annotation, "visit", lambda *_: SimpleNamespace(model=b"", facts=facts))
    monkeypatch.setattr(shell, "time", SimpleNamespace(monotonic=time.monotonic, sleep=lambda seconds: None))
    world.query("UPDATE prompts SET languages = 'en,de,fr' WHERE active")
    yield Fire(world, [])
    world.query("UPDATE prompts SET languages = '' WHERE active")


def connect(world: World) -> Any:
    """As processors/aws/mysql.py does."""
    return pymysql.connect(
        unix_socket=str(world.mariadb.folder / "s.sock"), user="root", database=world.database, autocommit=True,
        charset="utf8mb4", client_flag=CLIENT.FOUND_ROWS,
        init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    )  # fmt: skip


def gone(key: str) -> int:
    raise ObjectMissing(key)


def annotate(world: World, keys: list[str]) -> set[str]:
    """What one thread does with these; what came of them."""
    store: Any = SimpleNamespace(get=lambda key: closing(SimpleNamespace(close=lambda: None)), size=gone)
    model = shell.Model(Moody(), lambda: PRICE)
    choice = Choice("moody", "moody-1", price_given=PRICE)
    with closing(connect(world)) as connection:
        resources = job.Resources(store, connection, Limits(), lambda: model, choice, LIMIT)
        return {annotation.process(events.Upload("bucket", key), resources) for key in keys}


DELETE = (  # as the site deletes a picture, in one transaction (gallery/removal.py)
    "SELECT id FROM jobs WHERE image_id = %s FOR UPDATE",
    "UPDATE annotations SET caption = '' WHERE image_id = %s",
    "DELETE FROM image_tags WHERE image_id = %s",
    "DELETE FROM translations WHERE image_id = %s",
    "DELETE FROM jobs WHERE image_id = %s",
    "UPDATE annotations SET image_id = NULL WHERE image_id = %s",
    "DELETE FROM images WHERE id = %s",
)
WRITE = (  # as the site writes a person's caption (gallery/captions.py)
    "UPDATE jobs SET state = 'done' WHERE image_id = %s AND kind = 'annotation'",
    "UPDATE images SET caption = 'By hand.' WHERE id = %s",
    "DELETE FROM image_tags WHERE image_id = %s",
    "INSERT INTO annotations (image_id, author, tags) VALUES (%s, 'person', '[]')",
)


def disturb(world: World) -> None:
    """Leases end, what is done is to be done again, somebody writes a caption, and one picture is deleted."""
    with closing(connect(world)) as connection:
        for _ in range(10):
            sql.execute(connection, "UPDATE jobs SET due_at = UTC_TIMESTAMP(6) WHERE state IN ('running', 'queued')")
            sql.execute(connection, "UPDATE jobs SET state = 'queued' WHERE state IN ('done', 'failed')")
            all_of(connection, WRITE, sql.one(connection, "SELECT MIN(id) FROM images")[0])
            time.sleep(0.02)
        all_of(connection, DELETE, sql.one(connection, "SELECT MAX(id) FROM images")[0])


def all_of(connection: Any, statements: tuple[str, ...], image: int) -> None:
    with sql.transaction(connection):
        for statement in statements:
            sql.execute(connection, statement, image)


@pytest.fixture
def keys(fire: Fire) -> list[str]:
    """Of pictures that wait for their captions."""
    keys = [f"uploads/{number}.jpg" for number in range(PICTURES)]
    with closing(connect(fire.world)) as connection:
        for number, key in enumerate(keys):
            records.register(connection, key=key, uuid=f"u-{number}", original_name=key, byte_size=1)
        ledger.open_month(connection, datetime.now(UTC))
    return keys


def test_it_works(fire: Fire, keys: list[str], caplog: pytest.LogCaptureFixture) -> None:
    outcomes = set[str]()
    with fire.watched(), ThreadPoolExecutor(THREADS + 1) as threads:
        for _ in range(ROUNDS):
            disturbing = threads.submit(disturb, fire.world)
            lots = [random.sample(keys, PICTURES) for _ in range(THREADS)]
            outcomes.update(*threads.map(lambda lot: annotate(fire.world, lot), lots))
            disturbing.result()
    assert {"done", "skipped", "gone"} <= outcomes
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
    assert fire.spent() > 0


def claimed(connection: Any, key: str) -> tuple[records.Claim, ledger.Reservation]:
    claim = records.claim(connection, key, "annotation")
    assert claim
    with sql.transaction(connection):
        return claim, ledger.reserve(connection, claim, BLANK, BOUND, LIMIT)


@pytest.mark.parametrize("late", ["reserve", "settle"])
def test_picture_that_is_deleted_in_this_moment(fire: Fire, keys: list[str], late: str) -> None:
    """Its moderator does not notice, nothing more is reserved for it, and what it cost is kept without its words."""
    store: Any = None
    with (
        closing(connect(fire.world)) as site,
        closing(connect(fire.world)) as function,
        ThreadPoolExecutor(1) as thread,
    ):
        claim, reserved = claimed(function, keys[0])
        resources = job.Resources(store, function, Limits(), lambda: store)
        writes = {
            "reserve": lambda: ledger.reserve(function, claim, BLANK, BOUND, LIMIT),
            "settle": lambda: ledger.settle(function, claim, reserved, ANSWER, (Words("en", "A cat.", "Cat"),)),
        }
        with sql.transaction(site):
            for statement in DELETE[:-1]:
                sql.execute(site, statement, claim.image_id)
            writing = thread.submit(job.record, resources, writes[late])
            time.sleep(0.3)
            sql.execute(site, DELETE[-1], claim.image_id)
        assert isinstance(writing.exception(), TakenOver) == (late == "reserve")
    assert fire.rows() == [("unknown", BOUND) if late == "reserve" else ("caption", COST)]
    assert fire.world.query("SELECT image_id, caption FROM annotations") == [{"image_id": None, "caption": ""}]
    assert fire.spent() in (BOUND, COST)
