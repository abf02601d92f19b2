"""A real browser on AWS's side: the gallery fills in by itself, with pictures that come from the bucket."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flow.world import World
from tests.pictures import jpeg
from tests.servers.gemini import BLOCKED, CAPTION

pytestmark = [pytest.mark.server, pytest.mark.browser]

LOADED = "image => image.complete && image.naturalWidth > 0"


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    """A page that may ask only the site and the bucket, and reports no error (the content security policy's too)."""
    problems: list[Any] = []
    page = browser.new_page(base_url=world.site.url)
    page.set_default_timeout(20_000)
    ours = (world.site.url, f"{world.aws.url}/{world.aws.bucket}/")
    page.on("request", lambda request: None if request.url.startswith(ours) else problems.append(request.url))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(error))
    yield page
    page.close()
    assert problems == []


def no_reload(page: Page) -> None:
    page.evaluate("window.sameDocument = true")


def is_same(page: Page) -> bool:
    return bool(page.evaluate("window.sameDocument"))


def test_it_works(world: World, page: Page) -> None:
    """A placeholder at first; after the events a thumbnail and a caption, in the same document."""
    with world.functions.holding() as held:
        world.visitor.upload("holiday.jpg", jpeg(900, 600))
    page.goto("/gallery")
    no_reload(page)
    card = page.locator(".card")
    expect(card.locator(".placeholder")).to_contain_text("Waiting for its thumbnail")
    expect(card.locator("img")).to_have_count(0)
    world.functions.deliver(held)
    expect(card.locator("img")).to_have_attribute("alt", CAPTION["alt_text"])
    expect(card).to_contain_text(CAPTION["caption"])
    assert card.locator("img").evaluate(LOADED)
    assert is_same(page)


def test_thumbnail_first_and_caption_later(world: World, page: Page) -> None:
    """Each appears as soon as it is there; then the browser stops asking."""
    with world.functions.holding() as held:
        world.visitor.upload("holiday.jpg", jpeg(900, 600))
    page.goto("/gallery")
    no_reload(page)
    card = page.locator(".card")
    world.functions.deliver(each for each in held if each.function == "thumbnail")
    expect(card.locator("img")).to_be_visible()
    expect(card).to_contain_text("Waiting for its caption")
    world.functions.deliver(each for each in held if each.function == "annotation")
    expect(card).to_contain_text(CAPTION["caption"])
    expect(page.locator("#poll[hx-get]")).to_have_count(0)
    assert is_same(page)


def test_image_page_fills_in(world: World, page: Page) -> None:
    with world.functions.holding() as held:
        uuid = world.visitor.upload("holiday.jpg", jpeg(900, 600))
    page.goto(f"/images/{uuid}")
    no_reload(page)
    expect(page.locator("#details")).to_contain_text("Waiting for its turn.")
    world.functions.deliver(held)
    expect(page.locator("#details .caption")).to_have_text(CAPTION["caption"])
    expect(page.locator("#details .tags li")).to_have_text(["red", "square"])
    expect(page.locator("#details")).to_contain_text("Written by gemini-3.5-flash-lite.")
    assert page.locator("img.preview").evaluate(LOADED)
    assert is_same(page)


def test_declined_picture_stops_asking(world: World, page: Page) -> None:
    world.gemini.say((200, BLOCKED))
    with world.functions.holding() as held:
        world.visitor.upload("holiday.jpg", jpeg(900, 600))
    page.goto("/gallery")
    world.functions.deliver(held)
    card = page.locator(".card")
    expect(card).to_contain_text("No caption yet")
    expect(card.locator("img")).to_have_attribute("alt", "holiday.jpg")
    expect(page.locator("#poll[hx-get]")).to_have_count(0)


def test_browser_uploads(world: World, page: Page) -> None:
    page.goto("/")
    page.set_input_files("#files", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg(900, 600)}])
    expect(page.locator(".result.ok")).to_have_count(1)
    page.click("text=See them in the gallery")
    expect(page.locator(".card img")).to_have_attribute("alt", CAPTION["alt_text"])
    assert page.locator(".card img").evaluate(LOADED)
