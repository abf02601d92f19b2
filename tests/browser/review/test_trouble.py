"""What could not be saved comes back, with what was typed."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.moderated import log_in, run
from tests.browser.reviewed import VERDICTS, Reviewing, expect_shown

pytestmark = [pytest.mark.server, pytest.mark.browser]


def test_what_could_not_be_sent_comes_back_with_what_was_typed(five: Page, reviewing: Reviewing) -> None:
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
    reviewing.until(VERDICTS, [(1, "edited")])
    expect(five.locator("#alert")).to_be_empty()


def test_what_was_changed_meanwhile_comes_back(five: Page, reviewing: Reviewing) -> None:
    run(reviewing.site, "UPDATE images SET caption = 'Changed.' WHERE id = 1")
    five.keyboard.press("Enter")
    expect(five.locator("#alert")).to_contain_text("Look at it again: nothing was saved.")
    expect_shown(five, 1)
    expect(five.locator("#caption-1")).to_have_value("Changed.")
    expect(five.locator("#progress")).to_contain_text("1 of 5")


def test_what_comes_back_does_not_take_the_words_from_under_the_fingers(five: Page, reviewing: Reviewing) -> None:
    """It waits behind the picture before which somebody types."""
    run(reviewing.site, "UPDATE images SET caption = 'Changed.' WHERE id = 1")
    five.route("**/review", lambda route: (time.sleep(0.5), route.continue_()))
    five.keyboard.press("Enter")
    five.keyboard.press("e")
    five.keyboard.type(" Typed.")
    expect(five.locator("#alert")).to_contain_text("The picture comes next.")
    expect_shown(five, 2)
    expect(five.locator("#caption-2")).to_be_focused()
    five.keyboard.press("Control+Enter")
    expect_shown(five, 1)


def test_a_caption_that_is_empty_is_not_accepted(page: Page, reviewing: Reviewing) -> None:
    """The browser says so; the model can be asked."""
    reviewing.open(page, 2, "UPDATE images SET caption = '' WHERE id = 1;")
    page.keyboard.press("Enter")
    expect_shown(page, 1)
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect_shown(page, 2)
    reviewing.until(VERDICTS, [(1, "rewritten")])


def test_who_is_logged_out_loses_nothing(five: Page, reviewing: Reviewing) -> None:
    """Once logged in again, in another tab."""
    five.context.clear_cookies(name="sessionid")
    five.keyboard.press("e")
    five.keyboard.type(" Typed.")
    five.keyboard.press("Control+Enter")
    expect(five.locator("#alert")).to_contain_text("You are not logged in any more.")
    expect(five.locator("#caption-1")).to_have_value("Hills behind a lake, 1. Typed.")
    log_in(five.context.new_page(), "/about")
    five.wait_for_timeout(700)
    five.keyboard.press("Enter")
    reviewing.until(VERDICTS, [(1, "edited")])
