"""What is not ready does not start, and says in a line what to do: a database that is not migrated, an environment
with something missing."""

import pytest

from config.settings import AWS_VARIABLES
from processors import events
from tests.flow.world import World
from tests.pictures import jpeg
from tests.servers.container import Container
from tests.servers.event_source import event_of
from tests.servers.site import Site, manage

pytestmark = pytest.mark.server

MIGRATE = "python manage.py migrate"


@pytest.fixture
def empty_database(world: World) -> dict[str, str]:
    """The environment with a database that nobody has migrated."""
    name, password = world.mariadb.account()
    secret = world.aws.secret(f"database-{name}", f'{{"username": "{name}", "password": "{password}"}}')
    return {**world.environment, "DATABASE_NAME": name, "DATABASE_SECRET_ARN": secret}


def start(environment: dict[str, str]) -> str:
    """The log of a site that ends by itself instead of starting."""
    site = Site(**environment)
    with pytest.raises(RuntimeError) as refused:
        site.start()
    assert site.process.returncode != 0  # 0: it would have tried for ever
    return str(refused.value)


def check(environment: dict[str, str]) -> str:
    """The words of `manage.py check` when it refuses."""
    done = manage("check", **environment)
    assert done.returncode == 1, done.stdout
    return done.stderr


def test_it_works(world: World) -> None:
    done = manage("check", **world.environment)
    assert (done.returncode, "no issues" in done.stdout) == (0, True)


def test_site_on_an_empty_database(empty_database: dict[str, str]) -> None:
    log = start(empty_database)
    assert [line for line in log.splitlines() if MIGRATE in line]
    assert "doesn't exist" not in log
    assert "Traceback" not in log


def test_secret_that_is_not_there(world: World) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:none"
    log = start({**world.environment, "SECRET_KEY_ARN": arn})
    assert "could not be read" in log
    assert "Traceback" not in log


@pytest.mark.parametrize("name", ["thumbnail", "annotation"])
def test_function_on_an_empty_database(world: World, empty_database: dict[str, str], name: str) -> None:
    container = Container(f"processors.{name}.handler", empty_database)
    world.with_handlers(**{name: container})
    world.visitor.upload("a.jpg", jpeg())
    world.functions.settle()
    (letter,) = world.functions.dead_letters
    assert "SchemaMissing" in letter.error
    assert MIGRATE in letter.error
    assert "doesn't exist" not in container.log
    container.close()


def test_database_that_is_not_there(world: World) -> None:
    """The site starts, since the load balancer would replace instances for ever otherwise, and says what is wrong."""
    site = Site(**{**world.environment, "DATABASE_PORT": "1"}).start()
    try:
        world.visitor.url = site.url
        answer = world.visitor.get("/readyz")
        assert answer.status_code == 503
        assert "can't be reached" in answer.json()["database"]
        assert world.visitor.get("/gallery").status_code == 500
        assert world.visitor.get("/healthz").status_code == 200
    finally:
        site.stop()


@pytest.mark.parametrize("name", AWS_VARIABLES)
def test_variable_missing(world: World, name: str) -> None:
    words = check({key: value for key, value in world.environment.items() if key != name})
    assert f"The environment variable {name} is missing" in words
    assert "Traceback" not in words


def test_variable_empty(world: World) -> None:
    assert "The environment variable DATABASE_CA is missing" in check({**world.environment, "DATABASE_CA": " "})


@pytest.mark.parametrize("name", ["S3_BUCKET", "DATABASE_HOST"])
def test_one_variable_on_one_machine(name: str) -> None:
    words = check({name: "something"})
    others = set(AWS_VARIABLES) - {name}
    assert all(f"The environment variable {other} is missing" in words for other in others)


@pytest.mark.parametrize("name", ["DATABASE_HOST", "SECRET_KEY_ARN"])
def test_site_does_not_start_half_configured(world: World, name: str) -> None:
    log = start({key: value for key, value in world.environment.items() if key != name})
    assert f"The environment variable {name} is missing" in log
    assert "Traceback" not in log


@pytest.mark.parametrize("name", ["DATABASE_HOST", "DATABASE_NAME", "DATABASE_SECRET_ARN", "DATABASE_CA"])
def test_function_without_a_variable(world: World, name: str) -> None:
    environment = {key: value for key, value in world.environment.items() if key != name}
    container = Container("processors.thumbnail.handler", environment)
    answer = container(event_of(events.message(events.Upload("b", "uploads/x"))))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert f"KeyError: '{name}'" in container.log
    container.close()
