"""Uploading as a person does."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FileChooser, Page, expect

from tests.pictures import jpeg
from tests.servers.site import Site

pytestmark = [pytest.mark.server, pytest.mark.browser]


def files(*names_and_seeds: tuple[str, int]) -> list[dict[str, object]]:
    return [{"name": name, "mimeType": "image/jpeg", "buffer": jpeg(900, 600, seed=s)} for name, s in names_and_seeds]


BAD = {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": b"<!doctype html><html></html>"}


def test_it_works(page: Page) -> None:
    """Three files, one of them bad; thumbnails and captions arrive in the gallery without a reload."""
    page.goto("/")
    page.set_input_files("#files", [*files(("one.jpg", 101), ("two.jpg", 102)), BAD])
    expect(page.locator(".result.ok")).to_have_count(2)
    expect(page.locator(".result.bad")).to_contain_text("This is a web page, not a picture.")
    expect(page.locator("#announce")).to_have_text("2 uploaded, 1 not accepted.")
    page.click("text=See them in the gallery")
    page.evaluate("window.notReloaded = true")
    for card in page.locator(".card").all()[:2]:
        expect(card.locator("img")).to_be_visible()
        expect(card.locator(".text")).to_contain_text("picture, mostly")
    assert page.evaluate("window.notReloaded")


def test_progress_is_shown(page: Page) -> None:
    page.goto("/")
    page.route("**/", lambda route: None)  # the server never answers
    page.set_input_files("#files", files(("slow.jpg", 111)))
    bar = page.get_by_role("progressbar", name="Upload of slow.jpg")
    expect(bar).to_be_visible()


def test_interrupted_upload_can_be_tried_again(page: Page) -> None:
    page.goto("/")
    page.route("**/", lambda route: route.abort())
    page.set_input_files("#files", files(("again.jpg", 112)))
    expect(page.locator(".result.bad")).to_contain_text("The connection was interrupted")
    page.unroute("**/")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".result.ok")).to_have_count(1)


def test_too_large_is_refused_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    (tmp_path / "big.jpg").write_bytes(bytes(26_000_000))
    page.goto("/")
    page.set_input_files("#files", tmp_path / "big.jpg")
    expect(page.locator(".result.bad")).to_contain_text("26.0 MB; at most 25 MB")


def test_dropped_file(page: Page) -> None:
    page.goto("/")
    data = page.evaluate_handle(
        """bytes => { const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], "dropped.jpg")); return transfer; }""",
        list(jpeg(200, 150, seed=103)),
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": data})
    expect(page.locator(".result.ok")).to_contain_text("dropped.jpg")


def test_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.set_input_files("#files", [*files(("three.jpg", 104), ("four.jpg", 105)), BAD])
    page.click("button[type=submit]")
    expect(page.locator(".result.ok")).to_have_count(2)
    expect(page.locator(".result.bad")).to_have_count(1)
    page.locator(".result.ok a").first.click()
    expect(page.locator("h1")).to_have_text(re.compile("three.jpg|four.jpg"))
    context.close()


def test_keyboard_only(page: Page) -> None:
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda chooser: choosers.append(chooser))  # early: what opens before this is heard is lost
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "files":
            break
    expect(page.locator("#files")).to_be_focused()
    page.keyboard.press("Space")
    while not choosers:
        page.wait_for_timeout(100)
    choosers[0].set_files(files(("five.jpg", 106)))
    expect(page.locator(".result.ok")).to_have_count(1)
    page.locator("#files").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("five.jpg")
