"""axe on the pages that are seldom seen: refusals, errors, pictures in progress or failed; light and dark, narrow and
wide.

Left out: the admin pages, which are Django's own (its log-in page has no heading of the first level).
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.pictures import PICTURES, path_of
from tests.servers.site import Site

pytestmark = [pytest.mark.server, pytest.mark.browser]

SEND = "HTMLFormElement.prototype.submit.call(document.getElementById('upload'))"  # past the script, as without it


def too_large(page: Page, site: Site) -> None:
    page.goto("/")
    files = [{"name": f"{i}.jpg", "mimeType": "image/jpeg", "buffer": bytes(1_500_000)} for i in range(2)]
    choose(page, files)
    send(page)
    assert page.locator("h1").text_content() == "The upload is too large"


def too_many(page: Page, site: Site) -> None:
    """The third at the latest is one too many: each of two workers counts for itself."""
    for _ in range(3):
        page.goto("/")
        choose(page, [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"x"}])  # files are counted, not requests
        send(page)
        if page.locator("h1").text_content() == "Too many uploads":
            return
    raise AssertionError(page.content())


def too_many_files(page: Page, site: Site) -> None:
    page.goto("/")
    choose(page, [{"name": f"{i}.jpg", "mimeType": "image/jpeg", "buffer": b"x"} for i in range(3)])
    send(page)


def forged(page: Page, site: Site) -> None:
    page.goto("/admin/login/")
    page.fill("[name=username]", "somebody")
    page.fill("[name=password]", "something")
    page.context.clear_cookies()
    with page.expect_navigation() as navigation:
        page.click("[type=submit]")
    assert navigation.value.status == 403


def broken(page: Page, site: Site) -> None:
    """A table is missing for a moment, as after a migration that went wrong."""
    with closing(sqlite3.connect(Path(site.environment["VAR_DIR"]) / "db.sqlite3")) as connection:
        connection.execute("ALTER TABLE images RENAME TO away")
        try:
            assert (answer := page.goto("/gallery"))
            assert answer.status == 500
        finally:
            connection.execute("ALTER TABLE away RENAME TO images")


def choose(page: Page, files: list[Any]) -> None:
    """Without the script that would send them."""
    page.evaluate("document.getElementById('files').replaceWith(document.getElementById('files').cloneNode())")
    page.set_input_files("#files", files)


def send(page: Page) -> None:
    with page.expect_navigation():
        page.evaluate(SEND)


def at(path: str) -> Callable[[Page, Site], None]:
    def visit(page: Page, site: Site) -> None:
        page.goto(path)

    return visit


VISITS: dict[str, Callable[[Page, Site], None]] = {
    "413": too_large,
    "429": too_many,
    "too many files": too_many_files,
    "403": forged,
    "500": broken,
    "gallery": at("/gallery"),
    **{name: at(path_of(name)) for name in PICTURES},
    "beyond the last page": at("/gallery?before=1-1"),
}


@pytest.mark.parametrize("look", [("light", 360), ("dark", 1440)], ids=["light", "dark"])
@pytest.mark.parametrize("name", VISITS)
def test_it_works(browser: Browser, strict: Site, name: str, look: tuple[Any, int]) -> None:
    scheme, width = look
    context = browser.new_context(
        base_url=strict.url, color_scheme=scheme, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    VISITS[name](page, strict)
    found: Any = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
