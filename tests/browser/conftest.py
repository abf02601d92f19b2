"""The real site on one machine, and a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import pictures
from tests.servers.site import Site, empty_machine, manage


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    environment = {"VAR_DIR": str(folder / "var"), "STATIC_ROOT": str(folder / "static")}
    prepared = manage("prepare", **environment)
    assert prepared.returncode == 0, prepared.stderr
    site = Site(**environment).start()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with small limits and without a worker, and a picture for each way that jobs may stand."""
    folder = tmp_path_factory.mktemp("strict")
    limits = {"MAX_FILE_MB": "1", "MAX_FILES": "2", "UPLOAD_RATE": "1/hour"}
    environment = empty_machine(folder, **limits)
    pictures.insert_all(folder / "db.sqlite3")
    site = Site(worker=False, **environment).start()
    yield site
    site.stop()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page whose every request goes to our own site, and which reports no error."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.set_default_timeout(20_000)
    problems: list[Any] = []
    page.on("request", lambda r: problems.append(r.url) if not r.url.startswith((site.url, "data:")) else None)
    page.on("console", lambda message: problems.append(message.text) if _is_error(message) else None)
    page.on("pageerror", lambda error: problems.append(error))
    yield page
    context.close()
    assert problems == []


def _is_error(message: ConsoleMessage) -> bool:
    """What the browser complains of, a breach of the content security policy too; not answers such as 422."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")
