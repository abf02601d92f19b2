"""One site for all tests of the review; each fills it anew."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.reviewed import Reviewing, reviewed
from tests.servers.site import Site


@pytest.fixture(scope="package")
def reviewing(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewing]:
    with reviewed(tmp_path_factory.mktemp("review"), 100) as site:
        yield Reviewing(browser, site)


@pytest.fixture(scope="package")
def site(reviewing: Reviewing) -> Site:
    """For the fixture `page`."""
    return reviewing.site


@pytest.fixture
def five(page: Page, reviewing: Reviewing) -> Page:
    """The page of the review with five pictures, before somebody who has done nothing yet."""
    return reviewing.open(page, 5)


@pytest.fixture(autouse=True)
def _settled(page: Page) -> Iterator[None]:
    """What one test has sent last is not taken for the next one's."""
    yield
    expect(page.locator("body.sending")).to_have_count(0)
