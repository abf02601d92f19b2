"""What a moderator presses, what they see and hear, and what is in the database then."""

import time
from statistics import median

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reviewed import PROPOSAL, VERDICTS, Reviewing, accept_all, expect_shown, shown

pytestmark = [pytest.mark.server, pytest.mark.browser]


def test_a_hundred_right_captions_are_a_hundred_keys(page: Page, reviewing: Reviewing, measured: list[str]) -> None:
    """Each picture is painted before the next key, and the two after it are there, as after a look at it."""
    reviewing.open(page, 100)
    begun = time.monotonic()
    times = accept_all(page, 100)
    expect(shown(page)).to_contain_text("You have decided about 100 pictures.")
    took = time.monotonic() - begun
    assert page.evaluate("keys") == 100
    assert reviewing.asked("SELECT verdict, COUNT(*) FROM images GROUP BY verdict") == [("accepted", 100)]
    assert reviewing.asked("SELECT COUNT(DISTINCT judged_id) FROM annotations WHERE verdict = 'accepted'") == [100]
    assert median(times) < 1000
    measured.append(
        f"review: 100 captions by 100 keys in {took:.1f} s; from the key to the next picture"
        f" {median(times):.0f} ms (median), {sorted(times)[94]:.0f} ms (95 of 100)"
    )


def test_edit(five: Page, reviewing: Reviewing) -> None:
    """E goes to the caption; letters are letters there; Ctrl + Enter saves and goes on."""
    five.keyboard.press("e")
    expect(five.locator("#caption-1")).to_be_focused()
    five.keyboard.type(" She shares jazz, e.g. zzz.")
    expect_shown(five, 1)
    five.keyboard.press("Control+Enter")
    expect_shown(five, 2)
    expect(five.locator("#said")).to_have_text("Saved. Picture 2 of 5: 2.jpg")
    reviewing.until(VERDICTS, [(1, "edited")])
    assert reviewing.asked("SELECT caption FROM images WHERE id = 1") == [
        "Hills behind a lake, 1. She shares jazz, e.g. zzz."
    ]


def test_each_key_and_back_again(five: Page, reviewing: Reviewing) -> None:
    """Asked again, hidden with a reason, skipped, accepted; then all of it undone, the last first."""
    five.keyboard.press("r")
    expect_shown(five, 2)
    for key in ("h", "Escape", "h"):
        five.keyboard.press(key)
        expect(five.locator("#reason-2")).to_be_visible(visible=key == "h")
    expect(five.locator("#reason-2")).to_be_focused()
    five.keyboard.type("It hurts.")
    five.keyboard.press("Enter")
    expect_shown(five, 3)
    five.keyboard.press("s")
    expect_shown(five, 4)
    five.keyboard.press("Enter")
    expect_shown(five, 5)
    reviewing.until(VERDICTS, [(1, "rewritten"), (2, "hidden"), (4, "accepted")])
    assert reviewing.asked("SELECT hidden_reason FROM images WHERE id = 2") == ["It hurts."]
    assert reviewing.asked("SELECT state FROM jobs WHERE image_id = 1 AND kind = 'annotation'") == ["queued"]
    for number in (4, 3, 2, 1):
        five.keyboard.press("z")
        expect_shown(five, number)
    expect(five.locator("#said")).to_have_text("Undone. Picture 1 of 5: 1.jpg")
    reviewing.until(VERDICTS, [])


def test_undo_waits_for_what_is_under_way(five: Page, reviewing: Reviewing) -> None:
    for key in ("Enter", "Enter", "Enter", "z", "z"):
        five.keyboard.press(key)
    expect_shown(five, 2)
    expect(five.locator("#progress")).to_contain_text("2 of 5")
    reviewing.until(VERDICTS, [(1, "accepted")])


def test_proposal(page: Page, reviewing: Reviewing) -> None:
    """P puts it into the fields, and back; Enter takes what the fields have."""
    reviewing.open(page, 2, PROPOSAL)
    expect(page.locator(".other").first).to_contain_text("The model has proposed since:")
    for words in ("A dam.", "Hills behind a lake, 1.", "A dam."):
        page.keyboard.press("p")
        expect(page.locator("#caption-1")).to_have_value(words)
    expect(shown(page).locator(".chips span")).to_have_text(["dam"])
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Accepted. Picture 2 of 2: 2.jpg")
    reviewing.until("SELECT caption, alt_text, text, review FROM images WHERE id = 1", [("A dam.", "Dam", "EXIT", "")])


def test_what_was_typed_is_saved_although_the_proposal_was_looked_at(page: Page, reviewing: Reviewing) -> None:
    reviewing.open(page, 2, PROPOSAL)
    page.keyboard.press("e")
    page.keyboard.type(" Typed.")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("Saved. Picture 2 of 2: 2.jpg")
    reviewing.until("SELECT caption FROM images WHERE id = 1", ["Hills behind a lake, 1. Typed."])


def test_a_proposal_that_is_not_used_is_declined(page: Page, reviewing: Reviewing) -> None:
    reviewing.open(page, 2, PROPOSAL)
    page.keyboard.press("Enter")
    reviewing.until("SELECT verdict FROM annotations WHERE author = 'person'", ["kept"])
    assert reviewing.asked("SELECT caption FROM images WHERE id = 1") == ["Hills behind a lake, 1."]


def test_letters_can_be_switched_off(five: Page, reviewing: Reviewing) -> None:
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
