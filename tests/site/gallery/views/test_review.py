import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from gallery.models import Annotation, Image, Report, ReviewClaim, ReviewSample
from gallery.review import claims
from tests.site.gallery.rows import job, make, row

pytestmark = pytest.mark.django_db
BY_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def queue(moderator) -> list[Image]:
    """Three pictures that nobody has checked, before somebody who is logged in."""
    return [due(number) for number in (1, 2, 3)]


def due(number: int, **values) -> Image:
    image = make(number, review="due", caption_language="en", uploaded_at=f"2026-11-0{number} 10:00+00:00", **values)
    row(image, caption=image.caption, tags=[])
    return image


def shown(page) -> list[int]:
    """The ids of the pictures that the page brings, in order."""
    return [int(pk) for pk in re.findall(r'data-id="(\d+)"', page.text)]


def form(page) -> dict[str, str]:
    """What the browser would send of the first picture's form."""
    text = page.text[page.text.index('<article class="seen"') :]
    values = {name: field(text, name) for name in ("image", "shown", "use", "tags")}
    return {**values, **{name: area(text, name) for name in ("caption", "alt_text", "text")}}


def field(text: str, name: str) -> str:
    return re.search(f'name="{name}" value="([^"]*)"', text)[1]


def area(text: str, name: str) -> str:
    return re.search(f'name="{name}"[^>]*>([^<]*)</textarea>', text)[1]


def decide(client, action: str, address: str = "/review", page=None, **values):
    """Open the page, and press a button of its first picture."""
    return client.post(address, {**form(page or client.get(address)), "action": action, **values}, follow=True)


def stands(image: Image) -> tuple[str, str]:
    image.refresh_from_db()
    return image.verdict, image.review


def test_it_works(client, queue):
    page = decide(client, "accept")
    assert page.redirect_chain == [("/review", 302)]
    assert "Accepted." in page.text
    assert shown(page) == [queue[1].pk, queue[2].pk]
    assert stands(queue[0]) == ("accepted", "")
    assert "2</span> of 3" in page.text


def test_who_is_not_logged_in_does_that_first(client):
    answer = client.get("/review?tag=cat")
    assert answer.url == f"{reverse('admin:login')}?next=/review%3Ftag%3Dcat"
    assert client.post("/review/sample").status_code == 302
    assert "/review" not in client.get("/gallery").text


@pytest.mark.parametrize("permission", ["", "view_image"])
def test_it_needs_the_permission(client, permission):
    user = User.objects.create_user("viewer", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename=permission))
    client.force_login(user)
    assert [client.get("/review").status_code, client.post("/review").status_code] == [403, 403]
    assert client.post("/review/sample").status_code == 403
    assert 'href="/review"' not in client.get("/gallery").text + client.get("/about").text


def test_the_menu_leads_there(client, moderator):
    for path in ("/gallery", "/about"):
        assert '<a href="/review">Review</a>' in client.get(path).text


def test_it_is_kept_nowhere(client, moderator):
    assert "no-store" in client.get("/review")["Cache-Control"]


def test_edit(client, queue):
    page = decide(client, "accept", caption="A tabby cat.", tags="Cat, tabby")
    assert "Saved." in page.text
    assert stands(queue[0]) == ("edited", "")
    assert (queue[0].caption, [tag.name for tag in queue[0].tags.all()]) == ("A tabby cat.", ["cat", "tabby"])


def test_ask_again(client, queue, model):
    assert "at most 0." in client.get("/review").text
    page = decide(client, "rewrite")
    assert "The model is asked again." in page.text
    assert (stands(queue[0]), job(queue[0]).state) == (("rewritten", ""), "queued")


def test_what_was_sent_back_to_the_model_does_not_come_at_once(client, queue, model):
    """Also where it is there for another reason, which stays."""
    Report.objects.create(image=queue[0], reason="Wrong town.")
    page = decide(client, "rewrite", "/review?state=reported")
    assert "Nothing is left here" in page.text


def test_asking_again_needs_its_permission(client, queue, model):
    moderator = User.objects.get()
    moderator.groups.clear()
    moderator.user_permissions.set(Permission.objects.filter(codename="change_image"))
    page = client.get("/review")
    assert "Your account may not ask the model." in page.text
    assert decide(client, "rewrite", page=page).status_code == 403
    assert stands(queue[0]) == ("", "due")


def test_a_model_without_a_price_is_not_asked_within_a_budget(client, queue, settings):
    settings.ANNOTATION_BUDGET_USD = 1
    settings.CAPTIONER = type(settings.CAPTIONER)("gemini", "unheard-of")
    page = client.get("/review")
    assert re.search(r'value="rewrite"[^>]* disabled aria-describedby="ask-', page.text)
    assert "Set CAPTION_PRICE first." in page.text
    assert decide(client, "rewrite", page=page).status_code == 422


def test_hide(client, queue):
    page = decide(client, "hide", reason="It hurts.")
    assert "Hidden." in page.text
    assert stands(queue[0]) == ("hidden", "")
    assert (queue[0].visibility, queue[0].hidden_reason) == ("hidden", "It hurts.")


def test_hiding_says_why(client, queue):
    page = decide(client, "hide", reason=" ")
    assert (page.status_code, "Say why it is hidden" in page.text) == (422, True)
    assert shown(page)[0] == queue[0].pk
    assert stands(queue[0]) == ("", "due")


def test_what_was_skipped_comes_once_more_when_asked_for(client, queue):
    Image.objects.filter(pk__in=[each.pk for each in queue[1:]]).update(review="")
    page = decide(client, "skip")
    assert "Nothing is left here" in page.text
    assert "1 was skipped." in page.text
    assert shown(client.post("/review", {"action": "again"}, follow=True)) == [queue[0].pk]
    assert stands(queue[0]) == ("", "due")


def test_undo_several_times(client, queue):
    """In the opposite order, what was skipped as well; each comes back as the first."""
    decide(client, "accept")
    decide(client, "skip")
    decide(client, "hide", reason="It hurts.")
    for image in reversed(queue):
        page = client.post("/review", {"action": "undo"}, follow=True)
        assert shown(page)[0] == image.pk
        assert stands(image) == ("", "due")
    assert client.post("/review", {"action": "undo"}).status_code == 422
    assert "1</span> of 3" in client.get("/review").text


def test_undo_reaches_what_was_decided_of_another_choice(client, queue):
    decide(client, "accept", "/review?model=gemini-x")
    page = client.post("/review?tag=nobody-has-this", {"action": "undo"}, follow=True)
    assert shown(page) == [queue[0].pk]
    assert page.redirect_chain == [(f"/review?tag=nobody-has-this&at={queue[0].pk}", 302)]


def test_what_cannot_be_undone_does_not_stand_in_the_way(client, queue):
    decide(client, "accept")
    decide(client, "accept")
    Image.objects.filter(pk=queue[1].pk).update(reviewed_at="2026-11-25 10:00+00:00")
    answer = client.post("/review", {"action": "undo"})
    assert (answer.status_code, "can&#x27;t be undone" in answer.text) == (422, True)
    client.post("/review", {"action": "undo"})
    assert stands(queue[0]) == ("", "due")


def test_a_picture_that_was_changed_meanwhile_keeps_what_was_typed(client, queue):
    page = client.get("/review")
    Image.objects.filter(pk=queue[0].pk).update(caption="Changed.")
    answer = decide(client, "accept", page=page, caption="Typed.")
    assert (answer.status_code, "Look at it again: nothing was saved." in answer.text) == (422, True)
    assert form(answer)["caption"] == "Typed."
    assert 'data-field="caption" dir="auto">Changed.<' in answer.text
    assert decide(client, "accept", page=answer).status_code == 200
    assert stands(queue[0]) == ("edited", "")
    assert queue[0].caption == "Typed."


def test_what_nobody_has_typed_gives_way_to_what_is_new(client, queue):
    """Else a second Enter would put the old caption back."""
    page = client.get("/review")
    Image.objects.filter(pk=queue[0].pk).update(caption="Changed.")
    answer = decide(client, "accept", page=page)
    assert answer.status_code == 422
    assert form(answer)["caption"] == "Changed."


def test_a_picture_that_was_deleted_meanwhile(client, queue):
    page = client.get("/review")
    queue[0].delete()
    answer = decide(client, "accept", page=page)
    assert (answer.status_code, shown(answer)) == (422, [queue[1].pk, queue[2].pk])
    assert "This picture was deleted meanwhile." in answer.text


def test_proposal(client, queue):
    """Enter keeps the caption; "Use this" has the proposal in the fields."""
    Image.objects.filter(pk=queue[0].pk).update(verdict="accepted", reviewed_at="2026-11-05 10:00+00:00")
    proposal = row(queue[0], caption="New words.", tags=["new"])
    page = client.get("/review")
    assert (form(page)["caption"], "Keep and next" in page.text) == ("Picture 1.", True)
    used = client.get(f"/review?at={queue[0].pk}&use={proposal.pk}")
    assert (form(used)["caption"], form(used)["tags"], form(used)["use"]) == ("New words.", "new", str(proposal.pk))
    decide(client, "accept", page=page)
    assert (stands(queue[0]), queue[0].caption) == (("accepted", ""), "Picture 1.")
    client.post("/review", {"action": "undo"})
    decide(client, "accept", page=used)
    assert (stands(queue[0]), queue[0].caption) == (("accepted", ""), "New words.")


def test_why_it_is_there(client, moderator):
    image = due(1, visibility="waiting", annotation={"state": "failed", "error": "No answer."}, caption="A cat.")
    Report.objects.create(image=image, reason="Wrong town.")
    text = client.get("/review").text
    assert "It waits: nobody but its uploader sees it" in text
    assert "The caption failed: No answer." in text
    assert 'Reported: <span dir="auto">Wrong town.</span>' in text


def test_who_wrote_it(client, queue):
    Annotation.objects.filter(image=queue[0]).update(cost_usd="0.000352", latency_ms=412)
    assert re.search(r"gemini-x · 0.000352 USD · 0.4 s ·\s+<time", client.get("/review").text)


def test_choice_is_in_the_address(client, moderator):
    cat, failed = due(1), make(2, annotation={"state": "failed", "error": "No answer."})
    cat.tags.create(name="cat")
    due(3)
    assert shown(client.get("/review?tag=cat")) == [cat.pk]
    assert shown(client.get("/review?state=failed")) == [failed.pk]
    page = decide(client, "accept", "/review?tag=cat")
    assert page.redirect_chain == [("/review?tag=cat", 302)]
    assert "nobody has checked, with the tag cat" in page.text
    assert client.get("/review?state=&tag=cat&model=").url == "/review?tag=cat"


def test_sample(client, queue):
    answer = client.post("/review/sample?model=gemini-x", {"size": "2"})
    drawn = ReviewSample.objects.get()
    assert answer.url == f"/review?sample={drawn.pk}"
    assert (len(drawn.images), drawn.choice) == (2, "model=gemini-x")
    assert shown(client.get(answer.url)) == drawn.images
    client.post("/review/sample", {"size": "many"})
    assert len(ReviewSample.objects.first().images) == 3


def test_nobody_gets_what_somebody_else_has(client, queue, django_user_model):
    other = django_user_model.objects.create_user("other")
    claims.take(Image.objects.filter(pk=queue[0].pk), "f" * 32, other, 1)
    assert shown(client.get("/review")) == [queue[1].pk, queue[2].pk]
    claims.take(Image.objects.filter(pk__in=[]), "f" * 32, other, 1)
    ReviewClaim.objects.update(holder="f" * 32)
    assert "Somebody else has the rest" in client.get("/review").text
    assert "Somebody else has that picture" in client.get(f"/review?at={queue[0].pk}").text


def test_strip(client, queue):
    decide(client, "accept")
    decide(client, "skip")
    text = client.get("/review").text
    strip = text[text.index('id="strip"') :]
    assert re.findall(r'class="verdict">([^<]+)<', strip) == ["accepted", "skipped"]
    assert re.findall(r'href="/review\?at=(\d+)"', strip) == [str(queue[2].pk)]


def test_script_gets_what_it_has_not_got(client, queue):
    """The picture after the next two, not the page around it."""
    values = form(client.get("/review"))
    due(4)
    held = ",".join(str(image.pk) for image in queue[1:])
    answer = client.post("/review", {**values, "action": "accept", "have": held}, headers=BY_SCRIPT)
    assert shown(answer) == [Image.objects.get(original_name="4.jpg").pk]
    assert ("<html" in answer.text, 'data-number="2" data-total="4"' in answer.text) == (False, True)


def test_script_hears_that_nothing_is_left(client, queue):
    for _ in range(2):
        decide(client, "accept")
    values = form(client.get("/review"))
    answer = client.post("/review", {**values, "action": "accept", "have": ""}, headers=BY_SCRIPT)
    assert "You have decided about 3 pictures." in answer.text
    assert 'data-id="over"' in answer.text


def test_an_unknown_button_does_nothing(client, queue):
    assert decide(client, "explode").status_code == 422
    assert stands(queue[0]) == ("", "due")


def test_few_queries(client, queue, django_assert_max_num_queries):
    """As many for a long queue as for a short one."""
    for number in range(4, 10):
        due(number)
    client.get("/review")
    with django_assert_max_num_queries(30):
        values = form(client.get("/review"))
    with django_assert_max_num_queries(45):
        client.post("/review", {**values, "action": "accept", "have": f"{queue[1].pk}"}, headers=BY_SCRIPT)
