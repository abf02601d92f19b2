"""What captions cost, and captions that are written again, in a browser: begun, paused, stopped; axe in both colour
schemes and on small screens. The site has no worker: how jobs stand comes from here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.moderated import log_in, moderated, run
from tests.servers.site import Site

pytestmark = [pytest.mark.server, pytest.mark.browser]
SPENDING, RECAPTION = "/admin/gallery/budget/", "/admin/gallery/recaption/"
GEMINI = {"CAPTIONER": "gemini", "GEMINI_API_KEY": "AQ.none", "ANNOTATION_BUDGET_USD": "20"}
ASKED = """
UPDATE images SET captioned_by = 'gemini-3.5-flash-lite', caption_language = 'en', prompt_id = 1 WHERE id < 4;
INSERT INTO annotations (author, tags, model, prompt_id, outcome, cost_usd, created_at)
 VALUES ('model', '[]', 'gemini-3.5-flash-lite', 1, 'caption', 0.5, '2026-03-05 10:00:00'),
 ('model', '[]', 'gemini-3.5-flash-lite', 2, 'unknown', 0.25, '2026-03-06 10:00:00');
INSERT INTO budgets (month, spent_usd) VALUES ('2026-03', 0.75);
"""
PAUSED = """
UPDATE jobs SET recaption_id = 1, state = 'done' WHERE image_id = 1 AND kind = 'annotation';
UPDATE jobs SET recaption_id = 1, state = 'paused', error = 'No room.', due_at = '2999-01-01 00:00:00'
 WHERE image_id = 2 AND kind = 'annotation';
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with moderated(tmp_path_factory.mktemp("money"), ASKED, **GEMINI) as site:
        yield site


def test_it_works(page: Page, site: Site) -> None:
    """Chosen, with what it will cost; begun; looked at by itself; stopped."""
    log_in(page, "/admin/")
    page.click("text=Write captions again")
    page.check("text=By a prompt that is not active any more")
    page.select_option("[name=language]", "en")
    page.click("text=What will it cost?")
    expect(page.locator(".answer")).to_contain_text("3 pictures.")
    expect(page.locator(".answer")).to_contain_text("This month's budget has 20.00 USD of 20.00 USD left.")
    page.click("text=Write 3 captions again")
    expect(page.locator("[role=status]")).to_have_text("In progress. 0 of 3 pictures.")
    run(site, PAUSED)
    expect(page.locator("[role=status]")).to_have_text("Paused. 1 of 3 pictures.")  # the page asks by itself
    expect(page.locator("#progress")).to_contain_text("No room. The next is tried on 1 January 2999, 00:00 UTC.")
    page.click("text=Stop")
    expect(page.locator("[role=status]")).to_have_text("Stopped. 2 of 2 pictures.")


def test_spending_as_a_file(page: Page) -> None:
    log_in(page, "/admin/")
    page.click("text=Spending")
    page.click("text=March 2026")
    expect(page.locator("svg desc")).to_have_text(
        "2 of 31 days have cost something; the most is 0.5000 USD on 5 March."
    )
    with page.expect_download() as download:
        page.click("text=Download as CSV")
    assert download.value.suggested_filename == "spending-2026-03.csv"
    assert Path(download.value.path()).read_text().splitlines()[1].startswith("2026-03-05,gemini-3.5-flash-lite,")


@pytest.mark.parametrize("width", [360, 1440])
def test_the_whole_chart_is_seen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    log_in(page, "/admin/")
    page.goto(f"{SPENDING}?month=2026-03")
    last = page.locator("svg .day").last.bounding_box()
    assert last is not None
    assert 0 < last["x"] < width - last["width"]
    assert last["height"] >= 10  # pixels


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/admin/", f"{SPENDING}?month=2026-03", f"{RECAPTION}?look=yes&stale_prompt=on"])
def test_everybody_can_use_it(browser: Browser, site: Site, scheme: str, path: str) -> None:
    context = browser.new_context(base_url=site.url, color_scheme=scheme, viewport={"width": 360, "height": 800})  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, "/admin/")
    page.goto(path)
    found = Axe().run(page).response["violations"]
    ours = [(each["id"], node["html"]) for each in found for node in each["nodes"] if "header" not in node["target"][0]]
    assert ours == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
