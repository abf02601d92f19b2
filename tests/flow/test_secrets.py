"""What nobody may see: the database's password, Django's SECRET_KEY, Gemini's key, AWS's. Not in a log line, whatever
goes wrong, and on no page."""

import json

import pytest

from tests.flow.world import World
from tests.pictures import jpeg
from tests.servers.container import Container
from tests.servers.gemini import error
from tests.servers.site import Site

pytestmark = pytest.mark.server


@pytest.fixture
def secrets(world: World) -> dict[str, str]:
    """Name -> what must not be seen."""
    manager = world.aws.client("secretsmanager")
    read = lambda name: manager.get_secret_value(SecretId=world.environment[name])["SecretString"]  # noqa: E731
    return {
        "password": json.loads(read("DATABASE_SECRET_ARN"))["password"],
        "SECRET_KEY": read("SECRET_KEY_ARN"),
        "GEMINI_KEY": read("GEMINI_SECRET_ARN"),
    }


def assert_clean(text: str, secrets: dict[str, str]) -> None:
    assert [name for name, secret in secrets.items() if secret in text] == []


def logs(world: World) -> str:
    return world.site.log + "".join(container.log for container in world.functions.handlers.values())


def test_it_works(world: World, secrets: dict[str, str]) -> None:
    """Everything goes well."""
    uuid = world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    pages = ("/", "/gallery", f"/images/{uuid}", "/readyz", "/healthz", "/nowhere", "/admin/login/")
    texts = [str(answer.headers) + answer.text for page in pages if (answer := world.visitor.get(page))]
    assert_clean("".join(texts) + logs(world), secrets)
    assert '"outcome":"done"' in logs(world)


@pytest.mark.parametrize("status", [400, 403, 503])
def test_gemini_in_trouble(world: World, secrets: dict[str, str], status: int) -> None:
    """Even when the answer repeats the key."""
    world.gemini.say(error(status, f"The key {secrets['GEMINI_KEY']} is not good."))
    uuid = world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    assert world.job("annotation")["error"] != ""
    rows = json.dumps([world.images(), world.jobs()], default=str)
    assert_clean(rows + world.visitor.get(f"/images/{uuid}").text + logs(world), secrets)
    assert_clean("".join(letter.error for letter in world.functions.dead_letters), secrets)


def test_password_that_is_wrong(world: World, secrets: dict[str, str]) -> None:
    """The secret is behind the server for good: both say so without saying what they tried."""
    wrong = {"username": world.database, "password": "a-wrong-password"}
    arn = world.aws.secret("wrong", json.dumps(wrong))
    environment = {**world.environment, "DATABASE_SECRET_ARN": arn}
    container, site = Container("processors.thumbnail.handler", environment), Site(**environment).start()
    world.with_handlers(thumbnail=container)
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    world.visitor.url = site.url
    page = world.visitor.get("/gallery")
    site.stop()
    (letter,) = world.functions.dead_letters
    text = page.text + site.log + container.log + letter.error
    container.close()
    assert (page.status_code, "1045" in letter.error) == (500, True)
    assert_clean(text, {**secrets, "tried": "a-wrong-password"})


def test_storage_in_trouble(world: World, secrets: dict[str, str]) -> None:
    """The page is a 500, the row is gone again, and the log has no key of AWS's in it."""
    site = Site(**{**world.environment, "S3_BUCKET": "no-such-bucket"}).start()
    world.visitor.url = site.url
    answer = world.visitor.post("/", {}, [("files", ("a.jpg", jpeg(), "image/jpeg"))])
    site.stop()
    assert (answer.status_code, world.images()) == (500, [])
    assert "NoSuchBucket" in site.log
    assert_clean(answer.text + site.log, secrets)
