"""axe on every page, light and dark; nothing wider than the window."""

from itertools import count
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page

from tests.pictures import jpeg
from tests.servers.site import Site

pytestmark = [pytest.mark.server, pytest.mark.browser]
Scheme = Literal["light", "dark"]
NAMES = ["upload", "results", "gallery", "search", "found", "image", "404"]
NAMES += ["about", "uploads", "delete", "report", "403_http"]
SEEDS = count(700)  # of pictures that nobody else has uploaded


def look_for(page: Page, word: str) -> None:
    """Until the samples have their captions."""
    page.goto(f"/gallery?q={word}")
    for _ in range(100):
        if page.locator("mark").count():
            return
        page.wait_for_timeout(200)
        page.reload()
    raise AssertionError("No caption has the word.")


def visit(page: Page, name: str) -> None:
    if name == "results":
        page.goto("/")
        page.set_input_files("#files", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<html>"}])
        page.wait_for_selector(".result.bad .outcome")
    elif name == "403_http":  # on AWS alone
        text = render_to_string("403_http.html", {"sent": True})
        page.route("**/admin/login/", lambda route: route.fulfill(body=text, content_type="text/html", status=403))
        page.goto("/admin/login/")
    elif name in ("uploads", "delete"):
        page.goto("/")
        own = {"name": "own.jpg", "mimeType": "image/jpeg", "buffer": jpeg(seed=next(SEEDS))}
        page.set_input_files("#files", [own])  # type: ignore[list-item]
        page.wait_for_selector(".result.ok a")
        page.goto("/uploads")
        page.wait_for_selector(".uploads .name")
        if name == "delete":
            page.click(".uploads a:has-text('Delete')")
            page.wait_for_selector("h1:has-text('Delete this picture?')")
    elif name == "found":
        look_for(page, "picture")
    elif name in ("image", "report"):
        page.goto("/gallery")
        page.locator(".card a").first.click()
        page.wait_for_selector("dl")
        if name == "report":
            page.click("text=Report this picture")
            page.wait_for_selector("#reason")
    else:
        paths = {"upload": "/", "gallery": "/gallery", "search": "/gallery?q=nothing-has-this", "404": "/no"}
        page.goto(paths.get(name, f"/{name}"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_it_works(browser: Browser, site: Site, name: str, scheme: Scheme) -> None:
    context = browser.new_context(base_url=site.url, color_scheme=scheme, viewport={"width": 360, "height": 800})
    page = context.new_page()
    visit(page, name)
    found: Any = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
