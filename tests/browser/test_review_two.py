"""Two browsers that review at once: no picture is before both, none is left out, and what a browser that was killed had
before it comes back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.moderated import log_in
from tests.browser.reviewed import reviewed, rows
from tests.servers.site import Site

pytestmark = [pytest.mark.server, pytest.mark.browser]
COUNT = 11
LATER = "UPDATE review_claims SET until = '2026-01-01 10:00:00'"  # as if five minutes were over


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with reviewed(tmp_path_factory.mktemp("two"), COUNT) as site:
        yield site


@pytest.fixture
def pages(browser: Browser, site: Site) -> Iterator[list[Page]]:
    """Of two browsers, each with pictures before it."""
    rows(Path(site.environment["VAR_DIR"]), COUNT)
    contexts = [browser.new_context(base_url=site.url) for _ in range(2)]
    yield [opened(context) for context in contexts]
    for context in contexts:
        context.close()


def opened(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(20_000)
    log_in(page, "/review")
    expect(seen(page)).to_be_visible()
    return page


def sql(site: Site, statement: str) -> list[Any]:
    with closing(sqlite3.connect(Path(site.environment["VAR_DIR"]) / "db.sqlite3", timeout=20)) as database, database:
        return database.execute(statement).fetchall()


def seen(page: Page) -> Any:
    return page.locator("#pictures > .seen").first


def before(page: Page) -> str:
    """The picture before the moderator; "" where there is none."""
    return (seen(page).get_attribute("data-id") or "").replace("over", "")


def press(page: Page, key: str, picture: str) -> None:
    """And wait until another picture is there, which the site has been told of."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press(key)
    expect(seen(page)).not_to_have_attribute("data-id", picture)


def review(page: Page) -> list[str]:
    """Accept what this browser gets, until there is nothing more."""
    found = []
    while picture := before(page):
        press(page, "Enter", picture)
        found.append(picture)
    return found


def test_no_picture_twice_and_none_left_out(site: Site, pages: list[Page]) -> None:
    """One takes its second decision back, and decides again."""
    decided: list[list[str]] = [[], []]
    for turn in range(3):
        now = [before(page) for page in pages]
        assert now[0] != now[1]
        for page, picture, own in zip(pages, now, decided, strict=True):
            press(page, "Enter", picture)
            own.append(picture)
        if turn == 1:
            press(pages[0], "z", before(pages[0]))
            assert before(pages[0]) == decided[0].pop()
            assert before(pages[0]) != before(pages[1])
    for page, own in zip(pages, decided, strict=True):
        own += review(page)
    everything = decided[0] + decided[1]
    assert sorted(everything, key=int) == [str(number) for number in range(1, COUNT + 1)]
    assert sql(site, "SELECT verdict, COUNT(*) FROM images GROUP BY verdict") == [("accepted", COUNT)]
    rows = "SELECT verdict, COUNT(*) FROM annotations WHERE verdict <> '' GROUP BY verdict ORDER BY verdict"
    assert sql(site, rows) == [("accepted", COUNT + 1), ("undone", 1)]


def test_the_pictures_of_a_killed_browser_come_back(site: Site, pages: list[Page]) -> None:
    killed, other = pages
    had = {before(killed)}
    killed.context.close()
    decided = review(other)
    left = {str(pk) for (pk,) in sql(site, "SELECT id FROM images WHERE review = 'due'")}
    assert len(left) == 3
    assert had < left
    sql(site, LATER)
    other.reload()
    assert set(review(other)) == left
    assert len(decided) + len(left) == COUNT
