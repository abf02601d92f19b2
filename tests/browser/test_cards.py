"""What the gallery and the page of a picture say while it is not finished, and whether the browser asks again."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pictures import PICTURES, path_of
from tests.servers.site import Site

pytestmark = [pytest.mark.server, pytest.mark.browser]

CARDS = {  # name: the sentence on its card, and whether something is still to come by itself
    "queued": ("Waiting for its thumbnail", True),
    "running": ("Waiting for its caption", True),
    "failed": ("No thumbnail could be made", False),
    "declined": ("No caption yet", False),
    "again": ("Waiting for its caption", True),
    "paused": ("Waiting for its caption", False),
    "overdue": ("Waiting for its caption", False),
}
PAGES = {  # the reasons are for staff alone
    "queued": "Waiting for its turn.",
    "running": "In progress.",
    "failed": "No caption yet.",
    "declined": "No caption yet.",
    "again": "It did not work and will be tried again.",
    "paused": "Paused. It goes on by itself.",
    "overdue": "Overdue: nobody has taken it up yet. A moderator can run it again.",
}


@pytest.mark.parametrize("name", CARDS)
def test_it_works(browser: Browser, strict: Site, name: str) -> None:
    words, asks = CARDS[name]
    page = browser.new_page(base_url=strict.url)
    page.goto("/gallery")
    card = page.locator(".card", has=page.locator(f"a[href='{path_of(name)}']"))
    expect(card.locator(".text")).to_have_text(words)
    assert (path_of(name).removeprefix("/images/") in (page.locator("#poll").get_attribute("hx-get") or "")) == asks
    page.close()


def test_one_request_for_all_cards_in_progress(browser: Browser, strict: Site) -> None:
    asked: list[str] = []
    page = browser.new_page(base_url=strict.url)
    page.on("request", lambda request: asked.append(request.url) if request.resource_type == "xhr" else None)
    page.goto("/gallery")
    page.wait_for_timeout(5_000)
    assert len(asked) == 2
    for name, (_, asks) in CARDS.items():
        assert all((path_of(name).removeprefix("/images/") in url) == asks for url in asked)
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_of_a_picture(browser: Browser, strict: Site, name: str) -> None:
    page = browser.new_page(base_url=strict.url)
    page.goto(path_of(name))
    caption = page.locator(".facts div", has=page.locator("dt", has_text="Caption"))
    expect(caption.locator("dd")).to_have_text(PAGES[name])
    page.close()


def test_every_picture_is_looked_at() -> None:
    assert list(CARDS) == list(PAGES) == list(PICTURES)
