"""AWS's side, started once: moto, MariaDB with TLS, both functions as containers, the site by gunicorn, Gemini."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.flow.functions import Functions
from tests.flow.visitor import Visitor
from tests.flow.world import World
from tests.servers.aws import FakeAws
from tests.servers.container import Container
from tests.servers.gemini import FakeGemini
from tests.servers.site import Site


@pytest.fixture(scope="session")
def functions(aws: FakeAws, production: Any) -> Iterator[Functions]:
    containers = {
        name: Container(f"processors.{name}.handler", production.environment) for name in ("thumbnail", "annotation")
    }
    functions = Functions(dict(containers), aws.client("sqs"), aws.queues)
    yield functions
    functions.stop()
    for container in containers.values():
        container.close()


@pytest.fixture(scope="session")
def site(production: Any) -> Iterator[Site]:
    site = Site(**production.environment).start()
    yield site
    site.stop()


@pytest.fixture
def world(
    aws: FakeAws, mariadb: Any, gemini: FakeGemini, functions: Functions, site: Site, production: Any
) -> Iterator[World]:
    """Everything, with nothing in it."""
    with Visitor(site.url) as visitor:
        world = World(aws, mariadb, gemini, functions, site, visitor, production.environment, production.name)
        world.wipe()
        functions.pass_time = world.pass_time
        handlers = dict(functions.handlers)
        yield world
        functions.settle()
        functions.handlers.update(handlers)
