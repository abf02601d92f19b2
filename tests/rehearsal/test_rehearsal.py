"""`make test-rehearsal`: the story and every fault, each a test, in one deployment."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.rehearsal import faults, story
from tests.rehearsal.deployment import Deployment
from tests.rehearsal.report import Report

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    deployment = Deployment(Report())
    try:
        deployment.start()
        yield deployment
    finally:
        deployment.stop()


def test_it_works(deployment: Deployment, browser: Browser) -> None:
    story.play(deployment, browser)


@pytest.mark.parametrize("name", faults.FAULTS)
def test_fault(deployment: Deployment, name: str) -> None:
    faults.rehearse(deployment, name)
