"""The moderators' pages: what is not done is seen in the list, found by the filter, and explained with its picture."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.pictures import DAMAGED
from tests.servers.site import Site, manage

pytestmark = [pytest.mark.server, pytest.mark.browser]

PASSWORD = "correct horse battery staple"
LIST = "/admin/gallery/image/"
WORK = {
    "queued": "Thumbnail waiting; Caption waiting",
    "running": "Caption in progress",
    "failed": "Thumbnail failed; Caption failed",
    "declined": "Caption declined by the model",
    "again": "Caption waiting",
    "paused": "Caption paused",
    "overdue": "Caption overdue",
}


@pytest.fixture(scope="module")
def moderator(browser: Browser, strict: Site) -> Iterator[Page]:
    """The list of pictures before somebody who may do everything."""
    account = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD, **strict.environment}
    assert manage("createsuperuser", "--noinput", "--username", "mod", "--email", "", **account).returncode == 0
    page = browser.new_page(base_url=strict.url)
    page.set_default_timeout(20_000)
    page.goto("/admin/login/?next=" + LIST)
    page.fill("[name=username]", "mod")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    yield page
    page.close()


def names(page: Page) -> set[str]:
    return {name.removesuffix(".jpg") for name in page.locator(".field-original_name").all_text_contents()}


def open_form(page: Page, name: str) -> None:
    page.goto(LIST)
    page.click(f"text={name}.jpg")


def test_it_works(moderator: Page) -> None:
    """The list says in words what is not done."""
    moderator.goto(LIST)
    cells = [moderator.locator(f".field-{name}").all_text_contents() for name in ("original_name", "work")]
    assert dict(zip(*cells, strict=True)) == {f"{name}.jpg": work for name, work in WORK.items()}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("Thumbnail waiting", {"queued"}),
        ("Thumbnail failed", {"failed"}),
        ("Caption waiting", {"queued", "again"}),
        ("Caption in progress", {"running"}),
        ("Caption failed", {"failed"}),
        ("Caption declined by the model", {"declined"}),
        ("Caption paused", {"paused"}),
        ("Caption overdue", {"overdue"}),
        ("Thumbnail overdue", set()),
    ],
)
def test_filter_by_work(moderator: Page, choice: str, expected: set[str]) -> None:
    moderator.goto(LIST)
    moderator.locator("#changelist-filter").get_by_role("link", name=choice, exact=True).click()
    expect(moderator.locator("#changelist-filter li.selected", has_text=choice)).to_be_visible()
    assert names(moderator) == expected


def test_the_first_page_leads_there(moderator: Page) -> None:
    moderator.goto("/admin/")
    tile = moderator.get_by_role("listitem").filter(has=moderator.get_by_role("heading", name="Failed"))
    tile.get_by_role("link", name="1 caption").click()
    expect(moderator.locator("#changelist-filter li.selected", has_text="Caption failed")).to_be_visible()
    assert names(moderator) == {"failed"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_everybody_can_use_the_first_page(moderator: Page, width: int, scheme: Any) -> None:
    before = moderator.viewport_size
    moderator.emulate_media(color_scheme=scheme)
    moderator.set_viewport_size({"width": width, "height": 900})
    moderator.goto("/admin/")
    assert moderator.locator(".tiles li").count() == 10
    assert [v["id"] for v in Axe().run(moderator, context=".tiles").response["violations"]] == []
    assert moderator.evaluate("document.documentElement.scrollWidth") <= width
    moderator.set_viewport_size(before or {"width": 1280, "height": 720})


def test_filters_go_together(moderator: Page) -> None:
    moderator.goto(f"{LIST}?work=annotation:failed&visibility__exact=hidden")
    assert names(moderator) == set()
    moderator.goto(f"{LIST}?work=annotation:failed&visibility__exact=visible&q=failed")
    assert names(moderator) == {"failed"}


def test_work_of_a_picture(moderator: Page) -> None:
    """A line for each job, with its state in words and the reason; nothing there to change."""
    open_form(moderator, "failed")
    work = moderator.locator("#jobs-group")
    expect(work.locator("h2")).to_have_text("Work")
    expect(work.locator(".field-kind")).to_have_text(["thumbnail", "annotation"])
    expect(work.locator(".field-stands")).to_have_text(["failed", "failed"])
    expect(work.locator(".field-error").first).to_have_text(DAMAGED)
    expect(work.locator("input:visible, select:visible, textarea:visible, a.addlink:visible")).to_have_count(0)


def test_words_are_saved_beside_the_work(moderator: Page) -> None:
    """The form with the jobs in it is sent without a complaint; a caption by hand settles what a model declined."""
    open_form(moderator, "declined")
    moderator.fill("[name=caption]", "A caption by hand.")
    moderator.click("[name=_save]")
    expect(moderator.locator(".messagelist .success")).to_contain_text("was changed successfully")
    moderator.goto(f"{LIST}?work=annotation:declined")
    assert names(moderator) == set()
    moderator.goto(f"{LIST}?caption=person")
    expect(moderator.locator(".field-short_caption")).to_have_text("A caption by hand.")


def test_run_again(moderator: Page) -> None:
    """Chosen pictures go back to the queue; one that is in progress is left alone, and the page says so."""
    moderator.goto(LIST)
    for name in ("paused", "running"):
        moderator.locator("#result_list tbody tr", has_text=f"{name}.jpg").locator("[name=_selected_action]").check()
    moderator.select_option("[name=action]", "annotation_again")
    moderator.click("text=Go")
    expect(moderator.locator(".messagelist .success")).to_have_text("Put back to the queue: annotation (1).")
    expect(moderator.locator(".messagelist .warning")).to_contain_text("Left as they are: 1. They are in progress")
    row = moderator.locator("#result_list tbody tr", has_text="paused.jpg")
    expect(row.locator(".field-work")).to_have_text("Caption waiting")
