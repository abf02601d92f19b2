"""AWS: captions that are written again go through the same queue and the same function as always."""

import pytest

from tests.flow.test_housekeeping import round_of_the_leader
from tests.flow.world import World
from tests.pictures import jpeg
from tests.servers.site import manage

pytestmark = pytest.mark.server


@pytest.fixture
def captioned(world: World) -> World:
    """Three pictures with captions, one of them by a person."""
    for seed in range(3):
        world.visitor.upload(f"{seed}.jpg", jpeg(seed=seed))
    world.functions.settle()
    world.query("UPDATE images SET captioned_by = 'person', prompt_id = NULL ORDER BY id LIMIT 1")
    world.query("UPDATE images SET prompt_id = (SELECT id FROM prompts WHERE active IS NULL) WHERE prompt_id > 0")
    return world


def test_it_works(captioned: World) -> None:
    done = manage("recaption", "--stale-prompt", "--background", **captioned.environment)
    assert "2 pictures." in done.stdout, done.stderr
    assert [round_of_the_leader(captioned), round_of_the_leader(captioned)] == [2, 0]
    rows = captioned.query("SELECT image_id, COUNT(*) AS asked FROM annotations GROUP BY image_id ORDER BY image_id")
    assert [row["asked"] for row in rows] == [1, 2, 2]
    (active,) = captioned.query("SELECT id FROM prompts WHERE active")
    assert [image["prompt_id"] for image in captioned.images()] == [None, active["id"], active["id"]]
    (run,) = captioned.query("SELECT * FROM recaptions")
    assert (run["pictures"], run["ended_at"] is not None) == (2, True)
    captioned.query("DELETE FROM recaptions")
