from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from gallery.admin import redrive_button
from processors.captioning.choice import Choice
from tests.site.gallery.rows import job, make

pytestmark = pytest.mark.django_db
PAGE = "/admin/gallery/image/redrive/"


def test_it_works(client, moderator):
    """First what it comes to; nothing is done before the button."""
    image = make(annotation="failed")
    assert PAGE in client.get("/admin/gallery/image/").text
    page = client.get(PAGE).text
    assert "<li>Caption: 1 job</li>" in page
    assert "It costs nothing: no model is asked." in page
    assert job(image).state == "failed"
    assert "1 job of 1 picture will be done again." in client.post(PAGE, follow=True).text
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user) == (str(image.pk), moderator)
    assert entry.change_message == "Run again with everything that failed"


@pytest.mark.usefixtures("moderator", "model")
def test_it_says_what_the_captions_cost_and_what_the_budget_leaves(client, settings):
    settings.ANNOTATION_BUDGET_USD = Decimal("0.001")
    make(1, thumbnail="failed", annotation="failed")
    make(2, annotation="failed")
    page = client.get(PAGE).text
    assert "<li>Thumbnail: 1 job</li><li>Caption: 2 jobs</li>" in page
    assert "At most 0.0" in page
    assert "budget has 0.001000 USD of 0.001000 USD left." in page
    assert "That may not be enough." in page


@pytest.mark.usefixtures("moderator", "model")
def test_thumbnails_cost_nothing(client):
    make(thumbnail="failed")
    page = client.get(PAGE).text
    assert "<li>Thumbnail: 1 job</li>" in page
    assert "USD" not in page


@pytest.mark.usefixtures("moderator")
def test_captions_that_would_fail_again_without_a_price_are_told_of(client, settings):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("gemini", "gemini-x"), Decimal(1)
    make(annotation="failed")
    assert "a model is asked only at a known price. Set CAPTION_PRICE first." in client.get(PAGE).text


@pytest.mark.usefixtures("moderator")
def test_what_one_go_does_not_reach_is_said(client, monkeypatch):
    monkeypatch.setattr(redrive_button, "IN_ONE_GO", 2)
    for number in range(3):
        make(number, annotation="failed")
    page = client.get(PAGE).text
    assert "<li>Caption: 2 jobs</li>" in page
    assert "1 more would be left" in page


@pytest.mark.usefixtures("moderator")
@pytest.mark.parametrize("on_aws", [True, False])
def test_nothing_has_failed(client, settings, monkeypatch, on_aws):
    """On AWS the database may not know of everything."""
    settings.ON_AWS = on_aws
    monkeypatch.setattr("gallery.storage.origin", str)
    make()
    page = client.get(PAGE).text
    assert "Nothing has failed, and nothing is overdue." in page
    assert ("dead-letter queues" in page, "Run them again" in page) == (on_aws, on_aws)


def test_it_needs_the_permission(client, moderator):
    image = make(annotation="failed")
    assert client.put(PAGE).status_code == 405
    client.force_login(User.objects.create_user("looker", is_staff=True))
    assert client.get(PAGE).status_code == client.post(PAGE).status_code == 403
    assert job(image).state == "failed"
