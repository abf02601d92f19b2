"""Uploading as a person does."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FileChooser, Page, Route, expect

from tests.pictures import jpeg
from tests.servers.site import Site

pytestmark = [pytest.mark.server, pytest.mark.browser]


def files(*names_and_seeds: tuple[str, int]) -> list[dict[str, object]]:
    return [{"name": name, "mimeType": "image/jpeg", "buffer": jpeg(900, 600, seed=s)} for name, s in names_and_seeds]


BAD = {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": b"<!doctype html><html></html>"}


def test_it_works(page: Page) -> None:
    """Three files, one of them bad; thumbnails and captions arrive in the gallery without a reload."""
    page.goto("/")
    page.set_input_files("#files", [*files(("one.jpg", 101), ("two.jpg", 102)), BAD])
    expect(page.locator(".result.ok")).to_have_count(2)
    expect(page.locator(".result.bad")).to_contain_text("This is a web page, not a picture.")
    expect(page.locator("#announce")).to_have_text("2 uploaded, 1 not accepted.")
    page.click("text=See them in the gallery")
    page.evaluate("window.notReloaded = true")
    for card in page.locator(".card").all()[:2]:
        expect(card.locator("img")).to_be_visible()
        expect(card.locator(".text")).to_contain_text("picture, mostly")
    assert page.evaluate("window.notReloaded")


def test_progress_is_shown(page: Page) -> None:
    page.goto("/")
    page.route("**/", lambda route: None)  # the server never answers
    page.set_input_files("#files", files(("slow.jpg", 111)))
    bar = page.get_by_role("progressbar", name="Upload of slow.jpg")
    expect(bar).to_be_visible()


def test_interrupted_upload_can_be_tried_again(page: Page) -> None:
    page.goto("/")
    page.route("**/", lambda route: route.abort())
    page.set_input_files("#files", files(("again.jpg", 112)))
    expect(page.locator(".result.bad")).to_contain_text("The connection was interrupted")
    page.unroute("**/")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".result.ok")).to_have_count(1)


def test_too_large_is_refused_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    (tmp_path / "big.jpg").write_bytes(bytes(26_000_000))
    page.goto("/")
    page.set_input_files("#files", tmp_path / "big.jpg")
    expect(page.locator(".result.bad")).to_contain_text("26.0 MB; at most 25 MB")


def test_dropped_file(page: Page) -> None:
    page.goto("/")
    data = page.evaluate_handle(
        """bytes => { const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], "dropped.jpg")); return transfer; }""",
        list(jpeg(200, 150, seed=103)),
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": data})
    expect(page.locator(".result.ok")).to_contain_text("dropped.jpg")


DROP = """([target, names]) => { const transfer = new DataTransfer();
    names.forEach((name) => transfer.items.add(new File(["<html>"], name)));
    const event = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
    document.querySelector(target).dispatchEvent(event); return event.defaultPrevented; }"""


@pytest.mark.parametrize("target", ["footer", "h1", "#files", ".drop"])
def test_file_dropped_anywhere_on_the_upload_page_is_taken(page: Page, target: str) -> None:
    page.goto("/")
    assert page.evaluate(DROP, [target, ["beside.jpg"]])  # else the browser opens the file in place of the page
    expect(page.locator(".result.bad")).to_contain_text("beside.jpg")


@pytest.mark.parametrize("path", ["/gallery", "/nothing-here"])
def test_file_dropped_on_another_page_does_not_replace_it(page: Page, path: str) -> None:
    page.goto(path)
    assert page.evaluate(DROP, ["main", ["beside.jpg"]])


def test_any_number_of_files_is_queued(page: Page) -> None:
    """More than the form without script takes at once."""
    page.goto("/")
    page.evaluate(DROP, ["#drop", [f"{number}.jpg" for number in range(45)]])
    expect(page.locator(".result.bad .outcome")).to_have_text([re.compile("This is a web page")] * 45, timeout=60_000)
    assert page.locator(".result .name").all_text_contents() == [f"{number}.jpg" for number in range(45)]


def answer(route: Route, status: int, sentence: str = "", **headers: str) -> None:
    html = f'<li class="result bad"><span class="name"></span><span class="outcome">{sentence}</span></li>'
    route.fulfill(status=status, body=html if sentence else "<h1>Oh</h1>", content_type="text/html", headers=headers)


@pytest.mark.parametrize(
    ("status", "sentence", "words"),
    [
        (400, "The upload was interrupted.", "The upload was interrupted."),
        (403, "", "Allow cookies for this site, then try again."),
        (413, "", "The server had a problem with this file."),
        (429, "Too many.", "Too many."),
        (500, "", "The server had a problem with this file."),
        (503, "", "The server had a problem with this file."),
        (507, "", "There is no room left on the server."),
        (507, "The disk is full.", "The disk is full."),
    ],
)
def test_every_failure_keeps_the_name_and_can_be_tried_again(
    page: Page, status: int, sentence: str, words: str
) -> None:
    page.goto("/")
    page.route("**/", lambda route: answer(route, status, sentence))
    page.set_input_files("#files", files((f"failed{status}.jpg", 120)))
    row = page.locator(".result.bad")
    expect(row.locator(".name")).to_have_text(f"failed{status}.jpg")
    expect(row).to_contain_text(words)
    page.unroute("**/")
    row.get_by_role("button", name="Try again").click()
    expect(page.locator(".result.ok")).to_contain_text(f"failed{status}.jpg")


def test_silent_network_ends_in_words(page: Page) -> None:
    page.clock.install()
    page.goto("/")
    page.route("**/", lambda route: None)
    page.set_input_files("#files", files(("silent.jpg", 121)))
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.clock.fast_forward(400_000)
    expect(page.locator(".result.bad")).to_contain_text("The connection was interrupted")
    page.unroute("**/")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".result.ok")).to_contain_text("silent.jpg")


@pytest.mark.parametrize("status", [429, 503])
def test_what_can_be_sent_later_goes_on_by_itself(page: Page, status: int) -> None:
    page.goto("/")
    page.route("**/", lambda route: answer(route, status, "Very busy.", **{"Retry-After": "2"}))
    page.set_input_files("#files", files((f"later{status}.jpg", 122), (f"next{status}.jpg", 123)))
    expect(page.locator(".result", has_text="Very busy. It goes on by itself.")).to_have_count(2)
    page.unroute("**/")
    expect(page.locator(".result.ok")).to_have_count(2)


def test_a_long_wait_is_told_at_once_to_all_files(page: Page) -> None:
    """None is sent in vain, and one click sends all of them again."""
    sent: list[str] = []
    page.goto("/")
    page.route("**/", lambda route: (sent.append(""), answer(route, 429, "Tomorrow.", **{"Retry-After": "3600"})))
    page.set_input_files("#files", files(*((f"day{seed}.jpg", seed) for seed in range(130, 136))))
    expect(page.locator(".result.bad", has_text="Tomorrow.")).to_have_count(6)
    assert len(sent) <= 2
    page.unroute("**/")
    page.click("text=Try all again")
    expect(page.locator(".result.ok")).to_have_count(6)


def test_whoever_logs_in_in_another_tab_goes_on_uploading(page: Page, site: Site) -> None:
    page.goto("/")
    cookie = {"name": "csrftoken", "value": "b" * 32, "url": site.url}  # as Django's login replaces it
    page.context.add_cookies([cookie])
    page.set_input_files("#files", files(("login.jpg", 124)))
    expect(page.locator(".result.ok")).to_contain_text("login.jpg")


def test_lost_cookie_is_fetched_anew(page: Page) -> None:
    page.goto("/")
    page.context.clear_cookies()
    page.set_input_files("#files", files(("cookie.jpg", 125)))
    expect(page.locator(".result.ok")).to_contain_text("cookie.jpg")


def test_unreadable_file_is_said(page: Page, tmp_path: Path) -> None:
    (tmp_path / "gone.jpg").write_bytes(jpeg(900, 600, seed=126))
    page.goto("/")
    page.set_input_files("#files", tmp_path / "gone.jpg")
    expect(page.locator(".result.ok")).to_have_count(1)
    page.route("**/", lambda route: route.abort())
    page.set_input_files("#files", tmp_path / "gone.jpg")
    expect(page.locator(".result.bad")).to_contain_text("interrupted")
    (tmp_path / "gone.jpg").unlink()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".result.bad")).to_contain_text("This could not be read")


def test_leaving_with_files_in_the_queue_asks_first(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/")
    page.click("h1")  # the browser asks only where somebody did something
    page.route("**/", lambda route: None if route.request.method == "POST" else route.continue_())
    page.set_input_files("#files", files(("leave.jpg", 127)))
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.click("nav >> text=Gallery")
    expect(page.locator("h1")).to_have_text("Gallery")
    assert asked == ["beforeunload"]


def test_leaving_afterwards_asks_nothing(page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/")
    page.click("h1")
    page.set_input_files("#files", [*files(("done.jpg", 128)), BAD])
    expect(page.locator("#announce")).to_have_text("1 uploaded, 1 not accepted.")
    page.click("nav >> text=Gallery")
    expect(page.locator("h1")).to_have_text("Gallery")
    assert asked == []


def test_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.set_input_files("#files", [*files(("three.jpg", 104), ("four.jpg", 105)), BAD])
    page.click("button[type=submit]")
    expect(page.locator(".result.ok")).to_have_count(2)
    expect(page.locator(".result.bad")).to_have_count(1)
    page.locator(".result.ok a").first.click()
    expect(page.locator("h1")).to_have_text(re.compile("three.jpg|four.jpg"))
    context.close()


def test_keyboard_only(page: Page) -> None:
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda chooser: choosers.append(chooser))  # early: what opens before this is heard is lost
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "files":
            break
    expect(page.locator("#files")).to_be_focused()
    page.keyboard.press("Space")
    while not choosers:
        page.wait_for_timeout(100)
    choosers[0].set_files(files(("five.jpg", 106)))
    expect(page.locator(".result.ok")).to_have_count(1)
    page.locator("#files").focus()
    for _ in range(10):
        page.keyboard.press("Tab")
        if "See the picture" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("five.jpg")
