"""Somebody at a real browser, who goes through the proxy and whose every complaint of the browser is kept."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

SECONDS = 30.0
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
LOADED = "image => image.complete && image.naturalWidth > 0"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's; once in a process."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(path for name in names if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def person(browser: Browser, url: str, *also: str) -> Iterator[Page]:
    """A page of a fresh visitor at `url`; AssertionError at the end if it asked any place but `url` and those in
    `also`, or if the browser reported an error (a breach of the content security policy too)."""
    problems: list[Any] = []
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    expect.set_options(timeout=SECONDS * 1000)
    ours = (url, "data:", *also)
    page.on("request", lambda request: None if request.url.startswith(ours) else problems.append(request.url))
    page.on("console", lambda message: problems.append(message.text) if _is_problem(message) else None)
    page.on("pageerror", lambda error: problems.append(error))
    yield page
    context.close()
    assert problems == [], problems


def _is_problem(message: ConsoleMessage) -> bool:
    """Not an answer such as 422: the page says in words what it means."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")


def log_in(page: Page, name: str, password: str) -> None:
    page.goto("/admin/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.click("[type=submit]")
    expect(page.locator("#user-tools")).to_contain_text(name)


def act(page: Page, action: str, uuid: str, reason: str = "") -> None:
    """Choose one picture in the list of the admin pages, and run an action on it. `reason`: for an action that asks
    why."""
    page.goto(f"/admin/gallery/image/?q={uuid}")
    page.locator("input.action-select").check()
    page.select_option("select[name=action]", action)
    page.click("button[name=index]")
    expect(page.locator(".messagelist .success, form:has([name=sure])")).to_be_visible()
    if reason:
        page.fill("#id_reason", reason)
    if page.locator("[name=sure]").count():  # the action asks first
        page.click("form:has([name=sure]) button.button")
    expect(page.locator(".messagelist .success")).to_be_visible()
