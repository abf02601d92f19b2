"""The grid of the gallery: rows of one height from edge to edge, which fill the screen with pictures."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import gallery_pictures
from tests.servers.site import Site, empty_machine

pytestmark = [pytest.mark.server, pytest.mark.browser]

BOXES = "images => images.map(each => each.getBoundingClientRect().toJSON())"
LOADED = "images => Promise.all(images.map(each => each.complete || new Promise(done => each.onload = done)))"
SHIFTS = """() => new Promise(done => new PerformanceObserver(list =>
    done(list.getEntries().reduce((sum, each) => sum + each.value, 0))).observe({type: 'layout-shift', buffered: true})
    || setTimeout(() => done(0), 500))"""
ROW = {360: 110.4, 768: 176, 1440: 232, 2560: 232}  # by the window's width: how high pictures are at least


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose first page is full."""
    folder = tmp_path_factory.mktemp("full")
    environment = empty_machine(folder)
    gallery_pictures.insert_all(folder)
    site = Site(worker=False, **environment).start()
    yield site
    site.stop()


def gallery(browser: Browser, site: Site, width: int, height: int = 900) -> Page:
    page = browser.new_page(base_url=site.url, viewport={"width": width, "height": height})
    page.goto("/gallery")
    expect(page.locator(".card img")).to_have_count(24)
    return page


def rows(page: Page) -> list[list[dict[str, Any]]]:
    """The boxes of the pictures, row by row."""
    boxes = page.locator(".card img").evaluate_all(BOXES)
    return [list(row) for _, row in groupby(boxes, lambda box: round(box["top"]))]


def share(boxes: list[dict[str, Any]], width: int, height: int) -> float:
    """Of a screen, that these boxes cover."""
    across = [max(0, min(box["right"], width) - max(box["left"], 0)) for box in boxes]
    down = [max(0, min(box["bottom"], height) - max(box["top"], 0)) for box in boxes]
    return sum(x * y for x, y in zip(across, down, strict=True)) / (width * height)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 780)])
def test_pictures_cover_the_first_screen(
    browser: Browser, full: Site, measured: list[str], width: int, height: int
) -> None:
    page = gallery(browser, full, width, height)
    covered = share([box for row in rows(page) for box in row], width, height)
    measured.append(f"pictures cover {covered:.0%} of the first screen at {width} x {height}; at least 60 %")
    assert covered >= 0.6
    page.close()


@pytest.mark.parametrize("width", ROW)
def test_rows_are_of_one_height_from_edge_to_edge(browser: Browser, full: Site, width: int) -> None:
    page = gallery(browser, full, width)
    *whole, last = rows(page)
    cards = page.locator(".cards").bounding_box()
    assert cards
    for row in whole:
        assert max(box["height"] for box in row) - min(box["height"] for box in row) < 1
        assert abs(row[0]["left"] - cards["x"]) < 1
        assert abs(row[-1]["right"] - cards["x"] - cards["width"]) < 1
    assert abs(last[0]["height"] - ROW[width]) < 1  # the last is not stretched
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("address", ["/gallery?q=red", "/gallery?tag=red", "/gallery?q=nothing-has-this"])
def test_the_search_has_a_line_of_its_own_on_a_phone(browser: Browser, full: Site, address: str) -> None:
    page = browser.new_page(base_url=full.url, viewport={"width": 360, "height": 780})
    page.goto(address)
    form, heading = page.locator(".search").bounding_box(), page.locator("h1").bounding_box()
    assert form
    assert heading
    assert form["y"] >= heading["y"] + heading["height"]
    assert form["width"] >= 300
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_two_in_a_row_on_a_phone(browser: Browser, full: Site) -> None:
    page = gallery(browser, full, 360)
    found = rows(page)
    assert {len(row) for row in found} == {1, 2}
    assert min(box["width"] for row in found for box in row) > 100
    assert max(box["height"] for row in found for box in row) < 300
    page.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_moves_while_pictures_load(browser: Browser, full: Site, width: int) -> None:
    page = gallery(browser, full, width)
    page.locator(".card").last.scroll_into_view_if_needed()
    page.locator(".card img").evaluate_all(LOADED)
    assert page.evaluate(SHIFTS) == 0
    page.close()


def test_captions_are_cut_for_the_eye_alone(browser: Browser, full: Site) -> None:
    page = gallery(browser, full, 1440)
    for text in page.locator(".card .text").all()[:3]:
        assert text.evaluate("each => each.clientHeight / parseFloat(getComputedStyle(each).lineHeight)") < 2.1
    assert page.locator(".card .text").all_text_contents()[:3] == gallery_pictures.CAPTIONS
    page.close()


def test_what_was_described_without_ai_is_said_once_even_if_it_comes_later(browser: Browser, full: Site) -> None:
    page = gallery(browser, full, 1440)
    said = page.get_by_text("described without AI")
    expect(said).to_be_hidden()
    page.locator(".card").nth(3).evaluate("card => card.setAttribute('data-offline', '')")  # as an answer to a poll
    expect(said).to_have_count(1)
    expect(said).to_be_visible()
    page.close()
