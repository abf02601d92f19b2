"""AWS: a job whose message was lost or came too early is sent to the functions again, by one process of the fleet."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gallery import locks
from processors.records import LEASE, TRIES
from tests.flow.world import World, wait_for
from tests.pictures import jpeg
from tests.servers.aws import pairs
from tests.servers.gemini import GOOD, error
from tests.servers.site import ROOT, environment, manage

pytestmark = pytest.mark.server

ROUND = "from gallery.work.housekeeping import round_of_the_leader; print('sent', round_of_the_leader())"


def round_of_the_leader(world: World) -> int:
    """How many jobs one round has sent again; they are done, as far as they can be, when this returns."""
    done = manage("shell", "-v0", "-c", ROUND, **world.environment)
    assert done.returncode == 0, done.stderr
    world.functions.settle()
    return int(done.stdout.split("sent ")[1])


def set_jobs(world: World, state: str, minutes: float, kind: str = "%") -> None:
    """Jobs in this state that are due in so many minutes; negative: that were due."""
    due = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes)
    world.query("UPDATE jobs SET state = %s, due_at = %s WHERE kind LIKE %s", state, due, kind)


@pytest.fixture
def lost(world: World) -> World:
    """A picture that waits; nobody was told of it."""
    with world.functions.holding():
        world.visitor.upload("a.jpg", jpeg())
    return world


@pytest.fixture
def two_processes(world: World) -> Iterator[list[Any]]:
    """Two connections to the database, as two instances have. Django's own refuse to work in a thread with an event
    loop, and Playwright keeps one in this thread once a test has used the browser."""
    made: list[Any] = [world.connect(), world.connect()]
    for each in made:
        each.settings_dict = {"NAME": world.database}
    yield made
    for each in made:
        if each.open:
            each.close()


def test_it_works(lost: World) -> None:
    """Each function gets only what it is to do, and a second round finds nothing to do."""
    set_jobs(lost, "queued", minutes=-6)
    assert round_of_the_leader(lost) == 2
    assert lost.states() == ("done", "done")
    assert [set(each.values()) for each in lost.outcomes("thumbnail")] == [{"done"}]
    assert round_of_the_leader(lost) == 0
    assert lost.gemini.paid == 1


def test_message_that_may_still_come(lost: World) -> None:
    set_jobs(lost, "queued", minutes=-3)
    assert round_of_the_leader(lost) == 0
    assert lost.functions.received == []


def test_function_that_died(lost: World) -> None:
    """Its lease is over, and its message is gone."""
    lost.query("UPDATE jobs SET attempts = 1, started_at = UTC_TIMESTAMP(6)")
    set_jobs(lost, "running", minutes=-6)
    assert round_of_the_leader(lost) == 2
    assert (lost.states(), [job["attempts"] for job in lost.jobs()]) == (("done", "done"), [2, 2])


def test_function_that_died_too_often(lost: World) -> None:
    lost.query("UPDATE jobs SET attempts = %s, started_at = UTC_TIMESTAMP(6) WHERE kind = 'annotation'", TRIES)
    set_jobs(lost, "running", minutes=-6, kind="annotation")
    assert round_of_the_leader(lost) == 1
    assert lost.job("annotation")["state"] == "failed"
    assert "interrupted too often" in lost.job("annotation")["error"]
    assert lost.gemini.requests == []


def test_function_at_work_is_left_alone(lost: World) -> None:
    set_jobs(lost, "running", minutes=LEASE.total_seconds() / 60)
    assert round_of_the_leader(lost) == 0


@pytest.mark.parametrize("state", ["queued", "paused"])
def test_what_is_put_off_is_left_until_it_is_due(lost: World, state: str) -> None:
    set_jobs(lost, state, minutes=60)
    assert round_of_the_leader(lost) == 0
    assert lost.states() == (state, state)
    lost.pass_time(3600 + 360)
    assert round_of_the_leader(lost) == 2
    assert lost.states() == ("done", "done")


@pytest.mark.parametrize("state", ["done", "failed", "declined"])
def test_what_has_ended_is_left_alone(lost: World, state: str) -> None:
    set_jobs(lost, state, minutes=-600)
    assert round_of_the_leader(lost) == 0


def test_sent_and_lost_again(lost: World) -> None:
    """Not in every round, as the message may be on its way; but again after five minutes."""
    set_jobs(lost, "queued", minutes=-6)
    with lost.functions.holding() as held:
        assert [round_of_the_leader(lost) for _ in range(2)] == [2, 0]
    assert len(held) == 2
    lost.pass_time(300)
    assert round_of_the_leader(lost) == 2
    assert lost.states() == ("done", "done")


def test_queue_that_does_not_answer(lost: World) -> None:
    """The jobs stay late, for the next round."""
    set_jobs(lost, "queued", minutes=-6)
    gone = pairs({kind: f"{url}-gone" for kind, url in lost.aws.queues.items()})
    former, lost.environment = lost.environment, {**lost.environment, "QUEUES": gone}
    assert round_of_the_leader(lost) == 0
    lost.environment = former
    assert round_of_the_leader(lost) == 2


def test_wish_of_the_model_to_be_left_alone(world: World) -> None:
    """Retry-After of 300 s: the message is acknowledged at once, and the round after those has the job done."""
    world.gemini.say((*error(429), {"Retry-After": "300"}), (200, GOOD))
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    (delivery,) = [each for each in world.functions.received if each.function == "annotation"]
    assert (delivery.tries, list(delivery.outcome.values())) == (1, ["later"])
    assert (world.states(), len(world.gemini.requests)) == (("done", "queued"), 1)
    assert round_of_the_leader(world) == 0
    world.pass_time(300, "annotation")
    assert round_of_the_leader(world) == 1
    assert (world.states(), len(world.gemini.requests), world.gemini.paid) == (("done", "done"), 2, 1)


def test_one_leader(two_processes: list[Any]) -> None:
    first, second = two_processes
    assert [locks.take(each, "housekeeping", 0) for each in (first, second, first)] == [True, False, True]


def test_another_leader_when_the_first_one_ends(two_processes: list[Any]) -> None:
    """However often it had taken the lock."""
    first, second = two_processes
    assert [locks.take(first, "housekeeping", 0) for _ in range(3)] == [True] * 3
    first.close()
    wait_for(lambda: locks.take(second, "housekeeping", 0), what="the second one's turn")


def test_who_is_not_the_leader_sends_nothing(lost: World, two_processes: list[Any]) -> None:
    set_jobs(lost, "queued", minutes=-6)
    assert locks.take(two_processes[0], "housekeeping", 0)
    assert round_of_the_leader(lost) == 0
    two_processes[0].close()
    assert round_of_the_leader(lost) == 2


def test_process_of_an_instance(lost: World) -> None:
    """`manage.py work` does its first round at once, and ends when it is told to."""
    set_jobs(lost, "queued", minutes=-6)
    command, env = [sys.executable, "manage.py", "work"], environment(**lost.environment)
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as process:
        wait_for(lambda: lost.states() == ("done", "done"), what="the work")
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "have been sent to the functions again: 2" in said
    assert "Traceback" not in said
