"""The real site on one machine, and a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers.site import Site, manage

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    environment = {"VAR_DIR": str(folder / "var"), "STATIC_ROOT": str(folder / "static")}
    prepared = manage("prepare", **environment)
    assert prepared.returncode == 0, prepared.stderr
    site = Site(**environment).start()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page whose every request goes to our own site, and which reports no error."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.set_default_timeout(20_000)
    problems: list[Any] = []
    page.on("request", lambda r: problems.append(r.url) if not r.url.startswith((site.url, "data:")) else None)
    page.on("pageerror", lambda error: problems.append(error))
    yield page
    context.close()
    assert problems == []
