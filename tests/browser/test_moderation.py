"""The moderators' pages: what is not done is seen in the list, found by the filter, and explained with its picture."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.pictures import DAMAGED
from tests.servers.site import Site, manage

pytestmark = [pytest.mark.server, pytest.mark.browser]

Scheme = Literal["light", "dark"]
PASSWORD = "correct horse battery staple"
LIST = "/admin/gallery/image/"
WORK = {
    "queued": ["Thumbnail waiting", "Caption waiting"],
    "running": ["Caption in progress"],
    "failed": [f"Thumbnail failed: {DAMAGED}", f"Caption failed: {DAMAGED}"],
    "declined": ["Caption declined by the model: Gemini declined the picture (SAFETY)."],
    "again": ["Caption waiting: Gemini has a problem of its own (503)."],
    "paused": ["Caption paused: The month's budget is used up."],
    "overdue": ["Caption overdue"],
}


@pytest.fixture(scope="module")
def moderator(browser: Browser, strict: Site) -> Iterator[Page]:
    """The list of pictures before somebody who may do everything."""
    account = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD, **strict.environment}
    assert manage("createsuperuser", "--noinput", "--username", "mod", "--email", "", **account).returncode == 0
    assert manage("index", **strict.environment).returncode == 0  # nobody works there
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
    """The list says in words what is not done, and why."""
    moderator.goto(LIST)
    for name, work in WORK.items():
        row = moderator.locator("#result_list tbody tr", has_text=f"{name}.jpg")
        expect(row.locator(".field-work .job")).to_have_text(work)


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
def test_everybody_can_use_the_first_page(moderator: Page, width: int, scheme: Scheme) -> None:
    before = moderator.viewport_size
    moderator.emulate_media(color_scheme=scheme)
    moderator.set_viewport_size({"width": width, "height": 900})
    moderator.goto("/admin/")
    assert moderator.locator(".tiles li").count() == 11
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
    work = moderator.locator("[aria-labelledby=work]")
    expect(work.locator("h3")).to_have_text(["Thumbnail", "Caption"])
    expect(work.locator(".stands")).to_have_text(["failed", "failed"])
    expect(work.locator(".words").first).to_have_text(DAMAGED)
    expect(work.locator("input, select, textarea, a")).to_have_count(0)


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
    """Chosen pictures go back to the queue once it was said what that costs; one that is in progress is left alone."""
    moderator.goto(LIST)
    for name in ("paused", "running"):
        moderator.locator("#result_list tbody tr", has_text=f"{name}.jpg").locator("[name=_selected_action]").check()
    moderator.select_option("[name=action]", "annotation_again")
    moderator.click("text=Go")
    expect(moderator.locator(".price")).to_contain_text("It costs nothing: no model is asked.")
    moderator.click(".asking button")
    expect(moderator.locator(".messagelist .success")).to_have_text("Put back to the queue: annotation (1).")
    expect(moderator.locator(".messagelist .warning")).to_contain_text("Left as they are: 1. They are in progress")
    row = moderator.locator("#result_list tbody tr", has_text="paused.jpg")
    expect(row.locator(".field-work .job")).to_have_text(["Caption waiting"])


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return dict(found)


def test_the_form_shows_the_picture_beside_the_whole_caption_and_the_buttons(moderator: Page) -> None:
    moderator.set_viewport_size({"width": 1440, "height": 900})
    open_form(moderator, "again")
    moderator.fill("[name=caption]", "Three boats lie at a pier. " * 30)
    assert moderator.evaluate("(e => e.scrollHeight - e.clientHeight)(document.getElementById('id_caption'))") <= 0
    picture, caption, save = box(moderator, ".seen"), box(moderator, "#id_caption"), box(moderator, "[name=_save]")
    assert picture["x"] + picture["width"] <= caption["x"]
    assert save["y"] + save["height"] <= 900
    moderator.evaluate("window.scrollTo(0, 400)")
    assert moderator.evaluate("window.scrollY") > 200
    assert 0 <= box(moderator, "[name=_save]")["y"] < box(moderator, ".seen")["y"] < 100


def test_the_picture_stands_above_on_a_phone(moderator: Page) -> None:
    moderator.set_viewport_size({"width": 360, "height": 800})
    open_form(moderator, "again")
    assert box(moderator, ".seen")["y"] < box(moderator, "#id_caption")["y"]
    buttons = [box(moderator, f".submit-row {each}") for each in ("[name=_save]", "[name=_continue]", ".deletelink")]
    assert len({round(each["y"]) for each in buttons}) == 1
    assert buttons[-1]["x"] + buttons[-1]["width"] <= 360


def test_what_failed_is_run_again_after_a_look_at_the_price(moderator: Page) -> None:
    moderator.goto(LIST)
    moderator.click("text=Run everything that failed again")
    expect(moderator.locator(".asking li")).to_have_text(["Thumbnail: 1 job", "Caption: 2 jobs"])
    expect(moderator.locator(".price")).to_contain_text("It costs nothing")
    moderator.click("text=Run them again")
    expect(moderator.locator(".messagelist .success")).to_have_text("3 jobs of 2 pictures will be done again.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_everybody_can_use_it(moderator: Page, width: int, scheme: Scheme) -> None:
    moderator.set_viewport_size({"width": width, "height": 800})
    moderator.emulate_media(color_scheme=scheme)
    for seen in ("#result_list", ".beside"):
        moderator.goto(LIST) if seen == "#result_list" else open_form(moderator, "declined")
        expect(moderator.locator(seen)).to_be_visible()
        found = Axe().run(moderator).response["violations"]
        assert [(each["id"], node["html"]) for each in found for node in each["nodes"]] == []
        assert moderator.evaluate("document.documentElement.scrollWidth") <= width
        assert moderator.locator(seen).evaluate("e => e.scrollWidth - e.clientWidth") <= 0
