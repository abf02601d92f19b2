import re

import pytest
from django.contrib.auth.models import Permission, User

from gallery.models import Image, Report
from tests.site.gallery.rows import job, row
from tests.site.gallery.views.review_form import decide, due, form, shown, stands

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(moderator) -> list[Image]:
    """Three pictures that nobody has checked, before somebody who is logged in."""
    return [due(number) for number in (1, 2, 3)]


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
    assert (form(page)["caption"], ">Keep</span> and next" in page.text) == ("Picture 1.", True)
    used = client.get(f"/review?at={queue[0].pk}&use={proposal.pk}")
    assert (form(used)["caption"], form(used)["tags"], form(used)["use"]) == ("New words.", "new", str(proposal.pk))
    decide(client, "accept", page=page)
    assert (stands(queue[0]), queue[0].caption) == (("accepted", ""), "Picture 1.")
    client.post("/review", {"action": "undo"})
    decide(client, "accept", page=used)
    assert (stands(queue[0]), queue[0].caption) == (("accepted", ""), "New words.")


def test_an_unknown_button_does_nothing(client, queue):
    assert decide(client, "explode").status_code == 422
    assert stands(queue[0]) == ("", "due")
