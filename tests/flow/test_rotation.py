"""RDS gives its account a new password by itself: the site and the functions read it and go on."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.flow.world import World
from tests.pictures import jpeg

pytestmark = pytest.mark.server


@pytest.fixture
def rotated(world: World) -> Iterator[World]:
    """Everybody was connected under the old password; now there is a new one, and the old connections are cut."""
    world.visitor.upload("before.jpg", jpeg(seed=1))
    world.functions.settle()
    assert world.states() == ("done", "done")
    rotate(world, "the-second-password")
    yield world
    rotate(world, "first-password")


def rotate(world: World, password: str) -> None:
    world.mariadb.set_password(world.database, password)
    world.aws.client("secretsmanager").put_secret_value(
        SecretId=world.environment["DATABASE_SECRET_ARN"],
        SecretString=json.dumps({"username": world.database, "password": password}),
    )
    world.mariadb.cut(world.database)


def test_it_works(rotated: World) -> None:
    rotated.visitor.upload("after.jpg", jpeg(seed=2))
    rotated.functions.settle()
    assert [job["state"] for job in rotated.jobs()] == ["done"] * 4
    assert rotated.functions.dead_letters == []
    assert [each.tries for each in rotated.functions.received] == [1] * 4


def test_every_thread_of_the_site(rotated: World) -> None:
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda _: rotated.visitor.get("/gallery").status_code, range(96)))
    assert set(answers) == {200}


def test_new_container(rotated: World) -> None:
    """One that starts after the rotation never sees the old password."""
    for container in list(rotated.functions.handlers.values()):
        container.stop()
    rotated.visitor.upload("after.jpg", jpeg(seed=2))
    rotated.functions.settle()
    assert rotated.functions.dead_letters == []
    assert set(rotated.visitor.get("/readyz").json().values()) == {"ok"}


def test_between_the_password_and_the_secret(world: World) -> None:
    """RDS cuts nobody off: a function that is connected needs no password until its next connection."""
    world.put("uploads/before.jpg", jpeg(seed=1))
    world.functions.settle()
    world.mariadb.set_password(world.database, "not-in-the-secret-yet")
    world.put("uploads/after.jpg", jpeg(seed=2))
    world.functions.settle()
    world.mariadb.set_password(world.database, "first-password")
    assert [job["state"] for job in world.jobs("thumbnail")] == ["done", "done"]
