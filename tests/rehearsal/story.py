"""The product's day, in a real browser: pictures come in, are worked on, shown and moderated."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, expect

from tests.flow.visitor import Visitor
from tests.pictures import heic, jpeg
from tests.rehearsal.deployment import INSTANCES, Deployment
from tests.rehearsal.person import LOADED, act, log_in, person
from tests.rehearsal.uploads import rows, wait_finished
from tests.servers.gemini import CAPTION

PASSWORD = "correct horse battery staple"
PICTURES = [("beach.jpg", jpeg(1600, 1200, seed=11)), ("dog.jpg", jpeg(900, 600, seed=12)), ("phone.heic", heic())]


@dataclass
class Day:
    """What the steps share: the visitor's page, the moderator's, and the pictures' uuids in the order of PICTURES."""

    deployment: Deployment
    visitor: Page
    moderator: Page
    uuids: list[str] = field(default_factory=list)


def upload(day: Day) -> str:
    """Three photos, one of them as a phone makes them, and a web page that pretends to be one."""
    page = day.visitor
    page.goto("/")
    files = [{"name": name, "mimeType": "", "buffer": body} for name, body in PICTURES]
    page.set_input_files("#files", [*files, {"name": "page.jpg", "mimeType": "", "buffer": b"<html></html>"}])  # type: ignore[list-item]
    expect(page.locator(".result.ok")).to_have_count(len(PICTURES))
    expect(page.locator(".result.bad")).to_contain_text("This is a web page, not a picture.")
    for name, _ in PICTURES:
        link = page.locator(".result.ok", has_text=name).locator("a").first.get_attribute("href") or ""
        day.uuids.append(link.split("/")[-1])
    return f"{len(PICTURES)} accepted, 1 refused in words"


def gallery_fills_in(day: Day) -> str:
    """Thumbnails and captions arrive while the page is open."""
    page = day.visitor
    page.click("text=See them in the gallery")
    page.evaluate("window.sameDocument = true")
    expect(page.locator(".card img")).to_have_count(len(PICTURES))
    expect(page.locator(".card", has_text=CAPTION["caption"])).to_have_count(len(PICTURES))
    assert page.evaluate("window.sameDocument")
    wait_finished(day.deployment, day.uuids)
    requests = len(day.deployment.gemini.requests)
    assert requests == len(PICTURES)
    return f"{len(PICTURES)} thumbnails, {len(PICTURES)} captions, Gemini paid {requests} times"


def pictures_are_presigned(day: Day) -> str:
    """They come from the bucket, to nobody without the signature."""
    page = day.visitor
    bucket = f"{day.deployment.moto.url}/{day.deployment.bucket}/thumbnails/"
    for image in page.locator(".card img").all():
        source = image.get_attribute("src") or ""
        assert source.startswith(bucket)
        assert "X-Amz-Signature=" in source
        image.scroll_into_view_if_needed()
        page.wait_for_function(LOADED, arg=image.element_handle())
        assert page.request.get(source.split("?")[0]).status == 403
    return f"{len(PICTURES)} shown, without their signature 403"


def search(day: Day) -> str:
    page = day.visitor
    for words, number in (("dog", 1), ("square", len(PICTURES)), ("elephant", 0)):
        page.goto(f"/gallery?q={words}")
        expect(page.locator(".card")).to_have_count(number)
    return "by name and by tag"


def moderator_hides(day: Day) -> str:
    """Who logs in by the load balancer's plain HTTP is told of other ways; the tunnel to an instance is one."""
    instance = day.deployment.instances[0]
    instance.manage("moderator", "mod", text=PASSWORD + "\n")
    refused = day.visitor.goto("/admin/")
    assert refused
    assert refused.status == 403
    expect(day.visitor.locator("body")).to_contain_text("open_tunnel")
    log_in(day.moderator, "mod", PASSWORD)
    act(day.moderator, "hide", day.uuids[0], reason="Not ours.")
    page = day.visitor
    page.goto("/gallery")
    expect(page.locator(".card")).to_have_count(len(PICTURES) - 1)
    answer = page.request.get(f"/images/{day.uuids[0]}")
    assert answer.status == 404
    return "by the tunnel, after plain HTTP was refused; 1 of 3 is gone from the gallery, its page is 404"


def moderator_corrects(day: Day) -> str:
    page = day.moderator
    page.goto(f"/admin/gallery/image/?q={day.uuids[1]}")
    page.click("#result_list .field-original_name a")
    page.fill("[name=caption]", "Our dog Tom, before dinner.")
    page.click("[name=_save]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    day.visitor.goto(f"/images/{day.uuids[1]}")
    expect(day.visitor.locator("#details .caption")).to_have_text("Our dog Tom, before dinner.")
    return "the gallery shows the person's caption"


def run_again_keeps_the_correction(day: Day) -> str:
    act(day.moderator, "annotation_again", day.uuids[1])
    wait_finished(day.deployment, day.uuids)
    (image,) = rows(day.deployment, [day.uuids[1]])
    sql = "SELECT author FROM annotations WHERE image_id = %s ORDER BY id"
    authors = [row["author"] for row in day.deployment.database.query(sql, image["id"])]
    assert authors == ["model", "person", "model"]
    assert (image["caption"], image["captioned_by"]) == ("Our dog Tom, before dinner.", "person")
    day.visitor.goto(f"/images/{day.uuids[1]}")
    expect(day.visitor.locator("#details .caption")).to_have_text("Our dog Tom, before dinner.")
    return "ledger: " + ", ".join(authors)


def every_instance_serves(day: Day) -> str:
    """Each visitor by one of them, and stays there: two releases side by side never serve one page together."""
    before = _served(day)
    for _ in range(2 * INSTANCES):
        with Visitor(day.deployment.url) as visitor:
            mine = _served(day)
            assert {visitor.get("/gallery").status_code for _ in range(5)} == {200}
            assert sum(number > mine[name] for name, number in _served(day).items()) == 1
    served = {name: number - before[name] for name, number in _served(day).items()}
    assert min(served.values()) > 0, served
    return ", ".join(f"{name} {number}" for name, number in served.items())


def _served(day: Day) -> dict[str, int]:
    return {name: int(row["hrsp_2xx"]) for name, row in day.deployment.balancer.targets().items()}


STEPS: dict[str, Callable[[Day], str]] = {
    "photos are uploaded in a browser, through the proxy": upload,
    "thumbnails and captions arrive without a reload": gallery_fills_in,
    "pictures come from the bucket by presigned addresses": pictures_are_presigned,
    "the search finds them": search,
    "a moderator hides one": moderator_hides,
    "a moderator corrects a caption": moderator_corrects,
    "the caption is written again: the correction stays": run_again_keeps_the_correction,
    "every instance serves, and each visitor stays with one": every_instance_serves,
}


def play(deployment: Deployment, browser: Browser) -> None:
    """All steps, in order; the first that fails ends it (its exception goes on)."""
    bucket = f"{deployment.moto.url}/{deployment.bucket}/"
    with person(browser, deployment.url, bucket) as visitor, person(browser, deployment.tunnel, bucket) as moderator:
        day = Day(deployment, visitor, moderator)
        for name, step in STEPS.items():
            with deployment.report.step(name) as line:
                line.result = step(day)
