"""A prompt is written, tried beside the active one, and made active; a picture's page in the visitor's language. The
site has no worker: what a model says comes from here."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import pictures
from tests.browser.moderated import log_in, moderated, run
from tests.servers.site import Site

pytestmark = [pytest.mark.server, pytest.mark.browser]
MODEL = {"CAPTION_URL": "http://127.0.0.1:9/v1", "CAPTION_MODEL": "qwen"}
LIST = "/admin/gallery/prompt/"
# A caption in three languages of the picture "overdue", whose annotation is done now; a prompt that was tried on it.
SAID = """
UPDATE images SET caption = 'A cat.', caption_language = 'en', captioned_by = 'qwen', text = 'STOP' WHERE id = 7;
UPDATE jobs SET state = 'done' WHERE image_id = 7;
INSERT INTO translations (image_id, language, caption, alt_text, tags, captioned_by)
 VALUES (7, 'de', 'Eine Katze.', '', '["katze"]', 'qwen'), (7, 'ar', 'قطة', '', '[]', 'qwen');
INSERT INTO prompts (id, name, style, vocabulary, languages, tell_name, tell_date, created_at)
 VALUES (3, 'Wet', '', '', '', 0, 0, '2026-11-25 00:00:00');
INSERT INTO jobs (image_id, kind, prompt_id, due_at) VALUES (7, 'trial', 3, '2026-11-25 00:00:00');
"""
DONE = """
INSERT INTO annotations (image_id, author, model, caption, alt_text, tags, language, outcome, prompt_id, cost_usd)
 SELECT image_id, 'model', 'qwen', 'Dry.', 'Dry', '[]', 'en', 'trial', prompt_id, 0.001 FROM jobs WHERE kind = 'trial';
UPDATE jobs SET state = 'done' WHERE kind = 'trial';
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with moderated(tmp_path_factory.mktemp("prompts"), SAID + DONE, **MODEL) as site:
        yield site


def test_it_works(page: Page, site: Site) -> None:
    """One is written, tried on the only picture that has a caption, and made active."""
    log_in(page, f"{LIST}add/")
    page.fill("[name=name]", "Dry")
    page.fill("[name=languages]", "EN, de")
    page.click("[name=_save]")
    page.click("text=Dry")
    page.click("text=Try on five pictures")
    expect(page.locator(".price").last).to_have_text("It costs nothing: qwen is free.")
    page.click("text=Try it")
    expect(page.locator(".tried")).to_contain_text("Waiting for its turn.")
    run(site, DONE)
    expect(page.locator(".tried .words")).to_have_text("Dry.")  # the page asks by itself
    page.click("text=Make active")
    expect(page.locator(".messagelist .success")).to_contain_text("“Dry” is active now")
    expect(page.locator("[name=style]")).to_have_count(0)


def check(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the window."""
    found: Any = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(browser: Browser, site: Site, scheme: Any) -> None:
    context = browser.new_context(base_url=site.url, color_scheme=scheme, viewport={"width": 360, "height": 800})
    page = context.new_page()
    log_in(page, f"{LIST}add/")
    for path in ("", "add/?copy=3", "3/change/", "3/try/", "3/compare/", "2/change/"):
        page.goto(LIST + path)
        check(page)
    context.close()


def test_language_of_a_picture(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, locale="de-AT", viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(pictures.path_of("overdue"))
    expect(page.locator(".caption")).to_have_text("Eine Katze.")
    page.click("text=العربيّة")
    expect(page.locator(".caption")).to_have_text("قطة")
    assert page.locator(".caption").evaluate("element => getComputedStyle(element).direction") == "rtl"
    expect(page.locator(".words")).to_have_text("STOP")
    check(page)
    context.close()
