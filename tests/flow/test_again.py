"""Moderators on AWS: work that is run again goes to its own queue; deleting removes the objects."""

import pytest

from tests.flow.world import World
from tests.pictures import jpeg
from tests.servers.site import manage

pytestmark = pytest.mark.server

PASSWORD = "correct horse battery staple"


@pytest.fixture
def moderator(world: World) -> World:
    """The world with somebody logged in to the admin pages, and one picture in it."""
    account = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD, **world.environment}
    manage("createsuperuser", "--noinput", "--username", "mod", "--email", "", **account)  # again is refused: fine
    world.visitor.log_in("mod", PASSWORD)
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    world.functions.forget()
    return world


def test_it_works(moderator: World) -> None:
    """Only the function that is meant gets a message."""
    moderator.visitor.admin_action("annotation_again", moderator.image()["id"], sure="yes")
    moderator.functions.settle()
    key = moderator.image()["s3_key"]
    assert moderator.outcomes("annotation") == [{key: "done"}]
    assert moderator.outcomes("thumbnail") == []
    assert len(moderator.query("SELECT id FROM annotations")) == 2


def test_thumbnail_again(moderator: World) -> None:
    moderator.aws.client("s3").delete_object(Bucket=moderator.aws.bucket, Key=moderator.image()["thumbnail_key"])
    moderator.visitor.admin_action("thumbnail_again", moderator.image()["id"])
    moderator.functions.settle()
    assert moderator.keys("thumbnails/") == [moderator.image()["thumbnail_key"]]
    assert len(moderator.gemini.requests) == 1


def test_failed_job_can_be_run_again(moderator: World) -> None:
    moderator.query("UPDATE jobs SET state = 'failed', attempts = 3 WHERE kind = 'annotation'")
    moderator.visitor.admin_action("annotation_again", moderator.image()["id"], sure="yes")
    moderator.functions.settle()
    assert moderator.states() == ("done", "done")


def test_run_again_for_a_key_of_any_name(moderator: World) -> None:
    moderator.put("uploads/größe + 100%25.jpg", jpeg(seed=2))
    moderator.functions.settle()
    row = moderator.images()[1]
    moderator.visitor.admin_action("annotation_again", row["id"], sure="yes")
    moderator.functions.settle()
    assert moderator.outcomes("annotation")[-1] == {"uploads/größe + 100%25.jpg": "done"}


def test_delete_removes_the_objects(moderator: World) -> None:
    pk = moderator.image()["id"]
    moderator.visitor.post(f"/admin/gallery/image/{pk}/delete/", {"post": "yes"})
    assert moderator.images() == []
    assert moderator.keys() == []


def test_hidden_is_gone_for_everybody_else(moderator: World) -> None:
    moderator.visitor.admin_action("hide", moderator.image()["id"], reason="Not ours.")
    path = f"/images/{moderator.image()['uuid']}"
    assert moderator.visitor.get(path).status_code == 200
    moderator.visitor.session.cookies.clear()
    assert moderator.visitor.get(path).status_code == 404
    assert moderator.visitor.pictures("/gallery") == []
