"""The page without keys: by mouse, by thumb, without script, in both colour schemes."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.reviewed import PROPOSAL, VERDICTS, Reviewing, expect_shown, shown

pytestmark = [pytest.mark.server, pytest.mark.browser]


def test_tags(five: Page, reviewing: Reviewing) -> None:
    shown(five).get_by_role("button", name="Remove the tag hill").click()
    shown(five).get_by_role("button", name="+ tag").click()
    five.keyboard.type("Sheer, zest")
    five.keyboard.press("Enter")
    five.keyboard.press("Escape")
    expect(shown(five).locator(".chips span")).to_have_text(["lake", "sheer", "zest"])
    five.keyboard.press("Control+Enter")
    reviewing.until("SELECT name FROM image_tags WHERE image_id = 1 ORDER BY id", ["lake", "sheer", "zest"])


def test_zoom(five: Page) -> None:
    """By keys as well; Enter on the picture zooms, and accepts nothing."""
    zoom = shown(five).locator(".zoom")
    zoom.focus()
    width = zoom.locator("img").evaluate("e => e.clientWidth")
    five.keyboard.press("Enter")
    expect(zoom).to_have_attribute("aria-pressed", "true")
    assert zoom.locator("img").evaluate("e => e.clientWidth") > width * 1.5
    five.keyboard.press("Escape")
    expect(zoom).to_have_attribute("aria-pressed", "false")
    zoom.click()
    expect(zoom).to_have_attribute("aria-pressed", "true")
    expect_shown(five, 1)


def test_without_script(browser: Browser, reviewing: Reviewing) -> None:
    context = browser.new_context(base_url=reviewing.site.url, java_script_enabled=False)
    page = reviewing.open(context.new_page(), 3)
    page.locator("#tags-1").fill("Dam, lake")
    page.get_by_role("button", name="Accept and next").click()
    expect(page.locator("#alert")).to_have_text("Saved.")
    shown(page).get_by_text("Hide H").click()
    page.get_by_role("button", name="It hurts or shocks.").click()
    shown(page).get_by_role("button", name="Skip").click()
    page.get_by_role("button", name="Go through it").click()
    expect_shown(page, 3)
    page.get_by_role("button", name="Undo").click()
    expect_shown(page, 2)
    assert reviewing.asked(VERDICTS) == [(1, "edited")]
    assert reviewing.asked("SELECT name FROM image_tags WHERE image_id = 1") == ["dam", "lake"]
    context.close()


def test_which_pictures(five: Page) -> None:
    five.click("text=Which pictures")
    five.get_by_label("With the tag").fill("lake")
    five.click("text=Show these")
    expect(five).to_have_url(re.compile(r"/review\?tag=lake$"))
    five.click("text=Which pictures")
    five.get_by_label("A random sample").fill("2")
    five.click("text=Draw it")
    expect(five.locator("#progress")).to_contain_text("1 of 2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(page: Page, reviewing: Reviewing, scheme: Any) -> None:
    """With all that may stand on it, and at its end."""
    report = "INSERT INTO reports (image_id, reason, created_at) VALUES (1, 'Wrong town.', '2026-11-03 10:00:00');"
    page.emulate_media(color_scheme=scheme)
    reviewing.open(page, 5, PROPOSAL + report)
    page.keyboard.press("h")
    for address in ("/review", "/review?tag=nobody-has-this"):
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            found: Any = Axe().run(page).response["violations"]
            assert [(v["id"], node["html"]) for v in found for node in v["nodes"]] == [], (address, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.goto("/review?tag=nobody-has-this")


def test_thumbs_reach_the_buttons(five: Page) -> None:
    """On a phone they are large, and at the lower edge."""
    five.set_viewport_size({"width": 360, "height": 780})
    boxes = [each.bounding_box() for each in shown(five).locator(".actions > *").all()]
    assert all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)
    assert all(box and box["y"] > 780 - 180 and box["y"] + box["height"] <= 780 for box in boxes)
    five.get_by_role("button", name="Accept and next").click()
    expect_shown(five, 2)


def test_a_phone_has_what_is_judged_on_its_first_screen(page: Page, reviewing: Reviewing) -> None:
    """Picture, caption and buttons, whatever else stands beside them."""
    page.set_viewport_size({"width": 360, "height": 780})
    said = "A lake lies still beneath a range of jagged peaks; in the foreground reeds lean over the water." * 2
    more = (
        f"UPDATE images SET caption = '{said}', visibility = 'waiting', original_name = '{'long ' * 20}' WHERE id = 1;"
    )
    report = "INSERT INTO reports (image_id, reason, created_at) VALUES (1, 'Wrong town.', '2026-11-03 10:00:00');"
    reviewing.open(page, 2, PROPOSAL + more + report)
    edges = []
    for each in ("img", "#caption-1", ".go"):
        box: Any = shown(page).locator(each).bounding_box()
        edges += [box["y"], box["y"] + box["height"]]
    assert edges == sorted(edges)
    assert 0 <= edges[0] < edges[-1] <= 780


def test_a_long_caption_scrolls_with_the_page_of_a_phone(page: Page, reviewing: Reviewing) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    reviewing.open(page, 2, f"UPDATE images SET caption = '{'Reeds lean over. ' * 58}' WHERE id = 1;")
    caption = page.locator("#caption-1")
    assert caption.evaluate("e => e.scrollHeight <= e.clientHeight && e.clientHeight > 500")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
