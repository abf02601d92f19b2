"""The quality page in a browser: a period, the chart, the file; axe in both colour schemes, on small and large
screens."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.moderated import log_in, moderated
from tests.servers.site import Site

pytestmark = [pytest.mark.server, pytest.mark.browser]
PAGE = "/admin/gallery/reviewsample/"
MODEL = {"CAPTION_URL": "http://127.0.0.1:9/v1", "CAPTION_MODEL": "qwen"}
WIDTH = 640  # of the chart, in its own units
BOXES = """marks => marks.map(mark => ["text", "path"].map(name => {
  const {x, y, width, height} = mark.querySelector(name).getBBox(); return {x, y, width, height}; }))"""
# Captions 1001 to 1500 of two models by three prompts, the last with a name that needs room; nearly all are reviewed.
REVIEWED = """
UPDATE images SET caption = 'A cat.', caption_language = 'en', captioned_by = 'qwen' WHERE id = 7;
UPDATE jobs SET state = 'done' WHERE image_id = 7;
INSERT INTO prompts (id, name, style, vocabulary, languages, tell_name, tell_date, created_at, used_at)
 VALUES (3, 'Dry', '', '', '', 0, 0, '2026-11-25 00:00:00', '2026-11-25 00:00:00'),
 (4, 'House style of the municipal archive, second edition', '', '', '', 0, 0, '2026-11-25 00:00:00', NULL);
INSERT INTO annotations (id, author, tags, model, prompt_id, outcome, cost_usd, caption, created_at)
 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
 SELECT 1000 + i, 'model', '["harbour", "boat"]', iif(i % 3, 'gemini-3.5-flash-lite', 'qwen3-vl:8b-instruct'),
 2 + (i % 5 > 1) + (i % 5 > 3), iif(i % 40, 'caption', 'declined'), iif(i % 3, 0.0006, 0),
 'Two boats in a small harbour at dusk.', datetime('now', '-1 day') FROM n;
INSERT INTO annotations (author, tags, model, outcome, verdict, judged_id, distance, created_at)
 SELECT 'person', '[]', '', 'review', iif(id % 7, 'accepted', iif(id % 2, 'edited', 'rewritten')), id,
 iif(id % 7 = 0 AND id % 2, id % 23, NULL), datetime('now') FROM annotations WHERE id > 1000 AND outcome = 'caption';
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with moderated(tmp_path_factory.mktemp("quality"), REVIEWED, **MODEL) as site:
        yield site


def test_it_works(page: Page) -> None:
    """From the admin's first page to a period, and the file says the same as the table."""
    log_in(page, "/admin/")
    page.click("#content >> text=Quality")
    page.click("text=The last 30 days")
    expect(page.locator("svg.chart circle")).to_have_count(6)
    expect(page.locator("svg.chart desc")).to_contain_text("gemini-3.5-flash-lite, Dry: Accepted unedited")
    line = page.locator("tbody tr").first
    shown = [*line.locator("bdi").all_inner_texts(), *line.locator("td").all_inner_texts()]
    with page.expect_download() as download:
        page.click("text=Download as CSV")
    assert download.value.suggested_filename == "quality-30.csv"
    _, first, *others = csv.reader(Path(download.value.path()).read_text().splitlines())
    assert (first[:3], f"{100 * float(first[4]):.1f} %", len(others)) == (shown[:3], shown[3], 5)


@pytest.mark.parametrize("width", [360, 1440])
def test_the_chart_can_be_read(page: Page, width: int) -> None:
    """Each row's name is inside, large enough, and above its whisker."""
    page.set_viewport_size({"width": width, "height": 800})
    log_in(page, "/admin/")
    page.goto(PAGE)
    chart = page.locator("svg.chart").bounding_box()
    places = page.locator("svg.chart g").evaluate_all(BOXES)
    assert chart is not None
    for label, whisker in places:
        assert label["x"] + label["width"] <= WIDTH
        assert label["height"] * chart["width"] / WIDTH >= 10  # pixels
        assert label["y"] + label["height"] <= whisker["y"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_everybody_can_use_it(browser: Browser, site: Site, scheme: Any, width: int) -> None:
    context = browser.new_context(base_url=site.url, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    log_in(page, "/admin/")
    for path in (PAGE, "/admin/gallery/prompt/", "/admin/gallery/prompt/3/try/"):
        page.goto(path)
        found: Any = Axe().run(page).response["violations"]
        assert [(path, v["id"], v["nodes"][0]["html"]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
