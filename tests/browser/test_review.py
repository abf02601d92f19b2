"""The review by keys: what a moderator presses, what they see and hear, and what is in the database then."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.moderated import log_in, run
from tests.browser.reviewed import reviewed, rows
from tests.servers.site import Site

pytestmark = [pytest.mark.server, pytest.mark.browser]
# How long from the key until the next picture is painted: two frames after it is decoded and shown.
CLOCK = """() => {
  window.times = [];
  const first = () => document.querySelector("#pictures > .seen");
  addEventListener("keydown", () => {
    const [from, before] = [performance.now(), first()];
    const look = async () => {
      if (!first() || first() === before) return requestAnimationFrame(look);
      await first().querySelector("img")?.decode();
      requestAnimationFrame(() => requestAnimationFrame(() => times.push(performance.now() - from)));
    };
    requestAnimationFrame(look);
  }, true);
}"""
PROPOSAL = """
UPDATE images SET verdict = 'accepted', reviewed_at = '2026-11-02 10:00:00', text = 'OLD' WHERE id = 1;
INSERT INTO annotations (image_id, author, model, caption, alt_text, tags, text, language, outcome, created_at)
 VALUES (1, 'model', 'qwen', 'A dam.', 'Dam', '["dam"]', 'EXIT', 'en', 'caption', '2026-11-03 10:00:00');
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with reviewed(tmp_path_factory.mktemp("review"), 100) as site:
        yield site


def folder(site: Site) -> Path:
    return Path(site.environment["VAR_DIR"])


def asked(site: Site, sql: str) -> list[Any]:
    with closing(sqlite3.connect(folder(site) / "db.sqlite3", timeout=20)) as connection:
        return [row[0] if len(row) == 1 else row for row in connection.execute(sql)]


@pytest.fixture(scope="module")
def session(browser: Browser, site: Site) -> tuple[Any, str]:
    """Cookies of somebody who has just logged in, and what the site knows of them then."""
    context = browser.new_context(base_url=site.url)
    log_in(context.new_page(), "/about")
    cookies = context.cookies()
    context.close()
    return cookies, asked(site, "SELECT session_data FROM django_session")[0]


@pytest.fixture
def five(page: Page, site: Site, session: tuple[Any, str]) -> Page:
    """The page of the review with five pictures, before somebody who has done nothing yet."""
    return opened(page, site, session, 5)


def opened(page: Page, site: Site, session: tuple[Any, str], count: int, sql: str = "") -> Page:
    rows(folder(site), count)
    run(site, f"UPDATE django_session SET session_data = '{session[1]}'; {sql}")
    page.context.add_cookies(session[0])
    page.goto("/review")
    return page


def shown(page: Page) -> Any:
    return page.locator("#pictures > .seen").first


def expect_shown(page: Page, number: int) -> None:
    expect(shown(page)).to_have_attribute("data-id", str(number))
    expect(shown(page)).to_be_visible()


def until(site: Site, sql: str, expected: Any) -> None:
    """What was sent in the background has arrived."""
    end = time.monotonic() + 10
    while (found := asked(site, sql)) != expected and time.monotonic() < end:
        time.sleep(0.05)
    assert found == expected


VERDICTS = "SELECT id, verdict FROM images WHERE verdict <> '' ORDER BY id"


def test_a_hundred_right_captions_are_a_hundred_keys(
    page: Page, site: Site, session: tuple[Any, str], measured: list[str]
) -> None:
    """Each picture is painted before the next key."""
    opened(page, site, session, 100)
    page.evaluate(CLOCK)
    begun = time.monotonic()
    for number in range(1, 101):
        page.keyboard.press("Enter")
        page.wait_for_function("number => times.length === number", arg=number)
    expect(shown(page)).to_contain_text("You have decided about 100 pictures.")
    took, times = time.monotonic() - begun, page.evaluate("times")
    assert len(times) == 100  # keys that were pressed
    assert asked(site, "SELECT verdict, COUNT(*) FROM images GROUP BY verdict") == [("accepted", 100)]
    assert asked(site, "SELECT COUNT(DISTINCT judged_id) FROM annotations WHERE verdict = 'accepted'") == [100]
    assert median(times) < 1000
    measured.append(
        f"review: 100 captions by 100 keys in {took:.1f} s; from the key to the next picture"
        f" {median(times):.0f} ms (median), {sorted(times)[94]:.0f} ms (95 of 100)"
    )


def test_edit(five: Page, site: Site) -> None:
    """E goes to the caption; letters are letters there; Ctrl + Enter saves and goes on."""
    five.keyboard.press("e")
    expect(five.locator("#caption-1")).to_be_focused()
    five.keyboard.type(" She shares jazz, e.g. zzz.")
    expect_shown(five, 1)
    five.keyboard.press("Control+Enter")
    expect_shown(five, 2)
    expect(five.locator("#said")).to_have_text("Saved. Picture 2 of 5: 2.jpg")
    until(site, VERDICTS, [(1, "edited")])
    assert asked(site, "SELECT caption FROM images WHERE id = 1") == [
        "Hills behind a lake, 1. She shares jazz, e.g. zzz."
    ]


def test_each_key_and_back_again(five: Page, site: Site) -> None:
    """Asked again, hidden with a reason, skipped, accepted; then all of it undone, the last first."""
    five.keyboard.press("r")
    expect_shown(five, 2)
    five.keyboard.press("h")
    expect(five.locator("#reason-2")).to_be_focused()
    five.keyboard.type("It hurts.")
    five.keyboard.press("Enter")
    expect_shown(five, 3)
    five.keyboard.press("s")
    expect_shown(five, 4)
    five.keyboard.press("Enter")
    expect_shown(five, 5)
    until(site, VERDICTS, [(1, "rewritten"), (2, "hidden"), (4, "accepted")])
    assert asked(site, "SELECT hidden_reason FROM images WHERE id = 2") == ["It hurts."]
    assert asked(site, "SELECT state FROM jobs WHERE image_id = 1 AND kind = 'annotation'") == ["queued"]
    for number in (4, 3, 2, 1):
        five.keyboard.press("z")
        expect_shown(five, number)
    expect(five.locator("#said")).to_have_text("Undone. Picture 1 of 5: 1.jpg")
    until(site, VERDICTS, [])


def test_undo_waits_for_what_is_under_way(five: Page, site: Site) -> None:
    for key in ("Enter", "Enter", "Enter", "z", "z"):
        five.keyboard.press(key)
    expect_shown(five, 2)
    expect(five.locator("#progress")).to_contain_text("2 of 5")
    until(site, VERDICTS, [(1, "accepted")])


def test_proposal(page: Page, site: Site, session: tuple[Any, str]) -> None:
    """P puts it into the fields, and back; Enter takes what the fields have."""
    opened(page, site, session, 2, PROPOSAL)
    expect(page.locator(".other").first).to_contain_text("The model has proposed since:")
    for words in ("A dam.", "Hills behind a lake, 1.", "A dam."):
        page.keyboard.press("p")
        expect(page.locator("#caption-1")).to_have_value(words)
    expect(shown(page).locator(".chips span")).to_have_text(["dam"])
    page.keyboard.press("Enter")
    until(site, "SELECT caption, alt_text, text, review FROM images WHERE id = 1", [("A dam.", "Dam", "EXIT", "")])


def test_a_proposal_that_is_not_used_is_declined(page: Page, site: Site, session: tuple[Any, str]) -> None:
    opened(page, site, session, 2, PROPOSAL)
    page.keyboard.press("Enter")
    until(site, "SELECT verdict FROM annotations WHERE author = 'person'", ["kept"])
    assert asked(site, "SELECT caption FROM images WHERE id = 1") == ["Hills behind a lake, 1."]


def test_tags(five: Page, site: Site) -> None:
    shown(five).get_by_role("button", name="Remove the tag hill").click()
    shown(five).get_by_role("button", name="+ tag").click()
    five.keyboard.type("Sheer, zest")
    five.keyboard.press("Enter")
    five.keyboard.press("Escape")
    expect(shown(five).locator(".chips span")).to_have_text(["lake", "sheer", "zest"])
    five.keyboard.press("Control+Enter")
    until(site, "SELECT name FROM image_tags WHERE image_id = 1 ORDER BY id", ["lake", "sheer", "zest"])


def test_letters_can_be_switched_off(five: Page, site: Site) -> None:
    """And that is remembered (WCAG 2.1.4)."""
    five.get_by_label("Letter keys").uncheck()
    five.keyboard.press("s")
    five.reload()
    expect(five.get_by_label("Letter keys")).not_to_be_checked()
    five.keyboard.press("s")
    expect_shown(five, 1)
    five.keyboard.press("Enter")
    expect_shown(five, 2)
    five.get_by_label("Letter keys").check()
    five.keyboard.press("s")
    expect_shown(five, 3)


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


def test_what_could_not_be_sent_comes_back_with_what_was_typed(five: Page, site: Site) -> None:
    five.route("**/review", lambda route: route.abort())
    five.keyboard.press("e")
    five.keyboard.type(" Typed.")
    five.keyboard.press("Control+Enter")
    expect(five.locator("#alert")).to_contain_text("Nothing is lost: try it again.")
    expect_shown(five, 1)
    expect(five.locator("#caption-1")).to_have_value("Hills behind a lake, 1. Typed.")
    five.unroute("**/review")
    five.keyboard.press("Enter")  # so soon it was meant for another picture
    expect_shown(five, 1)
    five.wait_for_timeout(700)
    five.keyboard.press("Enter")
    until(site, VERDICTS, [(1, "edited")])
    expect(five.locator("#alert")).to_be_empty()


def test_what_was_changed_meanwhile_comes_back(five: Page, site: Site) -> None:
    run(site, "UPDATE images SET caption = 'Changed.' WHERE id = 1")
    five.keyboard.press("Enter")
    expect(five.locator("#alert")).to_contain_text("Look at it again: nothing was saved.")
    expect_shown(five, 1)
    expect(five.locator("#caption-1")).to_have_value("Changed.")
    expect(five.locator("#progress")).to_contain_text("1 of 5")


def test_what_comes_back_does_not_take_the_words_from_under_the_fingers(five: Page, site: Site) -> None:
    """It waits behind the picture before which somebody types."""
    run(site, "UPDATE images SET caption = 'Changed.' WHERE id = 1")
    five.route("**/review", lambda route: (time.sleep(0.5), route.continue_()))
    five.keyboard.press("Enter")
    five.keyboard.press("e")
    five.keyboard.type(" Typed.")
    expect(five.locator("#alert")).to_contain_text("The picture comes next.")
    expect_shown(five, 2)
    expect(five.locator("#caption-2")).to_be_focused()
    five.keyboard.press("Control+Enter")
    expect_shown(five, 1)


def test_focus_is_never_lost(five: Page) -> None:
    """It is on the button that Enter stands for, of the picture that is shown; Shift + Tab leads to the fields."""
    for number in (2, 3, 4):
        five.keyboard.press("Enter")
        expect(shown(five).locator(".go")).to_be_focused()
        expect_shown(five, number)
    five.keyboard.press("Shift+Tab")
    expect(five.locator("#text-4")).to_be_focused()
    five.keyboard.press("Escape")
    expect(shown(five).locator(".go")).to_be_focused()


def test_a_caption_that_is_empty_is_not_accepted(page: Page, site: Site, session: tuple[Any, str]) -> None:
    """The browser says so; the model can be asked."""
    opened(page, site, session, 2, "UPDATE images SET caption = '' WHERE id = 1;")
    page.keyboard.press("Enter")
    expect_shown(page, 1)
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect_shown(page, 2)
    until(site, VERDICTS, [(1, "rewritten")])


def test_without_script(browser: Browser, site: Site, session: tuple[Any, str]) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = opened(context.new_page(), site, session, 3)
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
    assert asked(site, VERDICTS) == [(1, "edited")]
    assert asked(site, "SELECT name FROM image_tags WHERE image_id = 1") == ["dam", "lake"]
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
def test_everybody_can_use_it(page: Page, site: Site, session: tuple[Any, str], scheme: Any) -> None:
    """With all that may stand on it, and at its end."""
    report = "INSERT INTO reports (image_id, reason, created_at) VALUES (1, 'Wrong town.', '2026-11-03 10:00:00');"
    page.emulate_media(color_scheme=scheme)
    opened(page, site, session, 5, PROPOSAL + report)
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
