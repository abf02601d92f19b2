"""Servers of the whole run, each started when the first test asks for it."""

import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deploy import python313
from tests.servers.aws import FakeAws
from tests.servers.gemini import GOOD, FakeGemini


def pytest_report_header() -> str:
    if python313.find():
        return "packages: run on Python 3.13, as on AWS"
    return f"packages: no Python 3.13 here, they are built for and run on {platform.python_version()}, not as on AWS"


MEASURED: list[str] = []


@pytest.fixture(scope="session")
def measured() -> list[str]:
    """Lines for the end of the run: what a test has measured."""
    return MEASURED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if MEASURED:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(MEASURED))
    if file := os.environ.get("FAILED_TESTS"):  # of several runs side by side, for the end
        with Path(file).open("a") as names:
            names.writelines(f"{kind} {each.nodeid}\n" for kind, each in _failures(terminalreporter.stats))


def _failures(stats: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [(kind, each) for kind in ("failed", "error") for each in stats.get(kind, [])]


@pytest.fixture(scope="session")
def mariadb() -> Any:
    from tests.servers import mariadb

    return mariadb.start()


@pytest.fixture(scope="session")
def _gemini() -> Iterator[FakeGemini]:
    fake = FakeGemini()
    yield fake
    fake.stop()


@pytest.fixture
def gemini(_gemini: FakeGemini) -> FakeGemini:
    _gemini.say((200, GOOD))
    return _gemini


@pytest.fixture(scope="session")
def aws() -> Iterator[FakeAws]:
    fake = FakeAws()
    fake.build()
    yield fake
    fake.stop()


@pytest.fixture(scope="session")
def production(aws: FakeAws, mariadb: Any, _gemini: FakeGemini, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The environment that Terraform sets, against moto and MariaDB, with a migrated database."""
    from tests.servers.production import environment

    made = environment(aws, mariadb, _gemini.url, str(tmp_path_factory.mktemp("static")))
    return SimpleNamespace(environment=made, name=made["DATABASE_NAME"])


@pytest.fixture(scope="session")
def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(path for name in names if (path := shutil.which(name)))


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """One Chromium for the whole run: playwright can be started only once in a process."""
    from playwright.sync_api import expect, sync_playwright

    quiet = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
    quiet += ("--disable-sync", "--no-first-run")
    expect.set_options(timeout=20_000)  # 5 s are too few beside other tests
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _cache() -> None:
    """What one test has seen is not kept for the next."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    """Each test has a storage of its own."""
    if not os.environ.get("S3_BUCKET"):
        options = {**settings.STORAGES["default"]["OPTIONS"], "location": tmp_path / "media"}
        settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
