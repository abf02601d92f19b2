import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from gallery.models import Annotation, Image, Report, ReviewClaim, ReviewSample
from gallery.review import claims
from tests.site.gallery.rows import make
from tests.site.gallery.views.review_form import decide, due, form, shown, stands

pytestmark = pytest.mark.django_db
BY_SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def queue(moderator) -> list[Image]:
    """Three pictures that nobody has checked, before somebody who is logged in."""
    return [due(number) for number in (1, 2, 3)]


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


def test_why_it_is_there(client, moderator):
    image = due(1, visibility="waiting", annotation={"state": "failed", "error": "No answer."}, caption="A cat.")
    Report.objects.create(image=image, reason="Wrong town.")
    text = client.get("/review").text
    assert "It waits: nobody but its uploader sees it" in text
    assert "The caption failed: No answer." in text
    assert 'Reported: <span dir="auto">Wrong town.</span>' in text


@pytest.mark.parametrize(
    ("state", "words"),
    [("queued", "is still being made. Skip the picture for now."), ("failed", "No preview could be")],
)
def test_a_picture_without_preview_says_why(client, moderator, state, words):
    due(1, thumbnail=state, caption="A cat.")
    text = client.get("/review").text
    assert words in text
    assert "The caption failed:" not in text


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
    assert "not checked, with the tag cat" in page.text
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


def test_few_queries(client, queue, django_assert_max_num_queries):
    """As many for a long queue as for a short one."""
    for number in range(4, 10):
        due(number)
    client.get("/review")
    with django_assert_max_num_queries(30):
        values = form(client.get("/review"))
    with django_assert_max_num_queries(45):
        client.post("/review", {**values, "action": "accept", "have": f"{queue[1].pk}"}, headers=BY_SCRIPT)
