"""The search field of the gallery, with its suggestions and without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.moderated import run
from tests.servers.site import Site, empty_machine, manage

pytestmark = [pytest.mark.server, pytest.mark.browser]

SQL = "INSERT INTO images (uuid, s3_key, original_name, thumbnail_key, uploaded_at, caption) VALUES " + ", ".join(
    f"('00000000-0000-4000-9000-00000000000{n}', 'uploads/{n}.jpg', '{n}.jpg', '', '2026-11-01 10:00:00', '{caption}')"
    for n, caption in enumerate(("A lighthouse at sea.", "A lightning rod."))
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(worker=False, **empty_machine(tmp_path_factory.mktemp("search")))
    run(site, SQL)
    assert manage("index", **site.environment).returncode == 0
    site.start()
    yield site
    site.stop()


@pytest.fixture
def suggesting(page: Page) -> Page:
    """The gallery, whose field has suggestions for what was typed."""
    page.goto("/gallery")
    page.locator("#q").press_sequentially("ligh")
    expect(page.locator("#suggestions option")).to_have_count(2)
    return page


def pick(page: Page, text: str, kind: str) -> None:
    """As a browser does for whoever picks a suggestion: a test can't press a key in the list, which no page draws."""
    event = f"new InputEvent('input', {{bubbles: true, inputType: '{kind}'}})"
    page.locator("#q").evaluate(f"(field, text) => {{ field.value = text; field.dispatchEvent({event}); }}", text)


@pytest.mark.parametrize("kind", ["", "insertReplacementText"])
def test_a_suggestion_that_is_picked_is_searched_for(suggesting: Page, kind: str) -> None:
    pick(suggesting, "lighthouse", kind)
    expect(suggesting).to_have_url("/gallery?q=lighthouse")
    expect(suggesting.locator("mark")).to_have_text(["lighthouse"])


def test_who_types_searches_by_enter(suggesting: Page) -> None:
    """Also where a suggestion is the same by then."""
    suggesting.locator("#q").press_sequentially("thouse", delay=20)
    suggesting.wait_for_timeout(300)
    expect(suggesting).to_have_url("/gallery")
    suggesting.keyboard.press("Enter")
    expect(suggesting).to_have_url("/gallery?q=lighthouse")


def test_without_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/gallery")
    page.fill("#q", "lightning -sea")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text(["lightning"])
    page.goto("/gallery?q=lihgthouse")
    page.get_by_role("link", name="lighthouse").click()
    expect(page).to_have_url("/gallery?q=lighthouse")
    context.close()
