from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.utils import timezone

from gallery.models import Job, Recaption
from gallery.work import recaption
from processors.captioning.choice import Choice
from tests.site.gallery.rows import job, make

pytestmark = pytest.mark.django_db
PAGE = "/admin/gallery/recaption/"


@pytest.fixture
def editor(client, moderator) -> User:
    moderator.groups.add(Group.objects.get(name="Prompt editors"))
    return moderator


def test_it_works(client, editor):
    image = make()
    assert "What will it cost?" in client.get(PAGE).text
    answer = client.get(PAGE, {"look": "yes", "model": "gemini-x", "since": "2026-01-02"}).text
    assert "Captions by gemini-x, of pictures uploaded from 2026-01-02 on" in answer
    assert "1 picture." in answer
    assert "It costs nothing: no model is asked." in answer
    assert '<input type="hidden" name="since" value="2026-01-02">' in answer
    assert not Recaption.objects.exists()
    page = client.post(PAGE, {"model": "gemini-x", "since": "2026-01-02"}, follow=True).text
    run = Recaption.objects.get()
    assert (run.created_by, run.pictures, run.criteria) == (editor, 1, {"model": "gemini-x", "since": "2026-01-02"})
    assert "In progress. 0 of 1 picture." in page
    assert 'hx-trigger="every 2s"' in page
    assert recaption.top_up(4) == 1
    assert job(image).recaption == run


def test_with_a_price_and_a_budget(client, editor, settings):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("gemini", "gemini-3.5-flash-lite"), Decimal("0.001")
    make()
    page = client.get(PAGE, {"look": "yes", "everything": "on"}).text
    assert "At most 0.0" in page
    assert "budget has 0.001000 USD of 0.001000 USD left." in page
    assert "That may not be enough." in page


@pytest.mark.usefixtures("editor")
def test_without_a_price_nothing_begins_that_the_budget_would_let_fail(client, settings):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("gemini", "gemini-x"), Decimal(1)
    make()
    page = client.get(PAGE, {"look": "yes", "everything": "on"}).text
    assert "Nobody knows what gemini-x costs." in page
    assert "a model is asked only at a known price. Set CAPTION_PRICE first." in page
    assert "caption again</button>" not in page
    assert "Nothing was begun. There is a budget" in client.post(PAGE, {"everything": "on"}, follow=True).text
    assert not Recaption.objects.exists()


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({}, "Choose at least one, or all captions."),
        ({"everything": "on", "failed": "on"}, "Choose some captions, or all of them."),
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"tag": "no such tag"}, "No picture has such a caption."),
    ],
)
def test_what_is_not_chosen_is_not_begun(client, choice, words):
    make()
    page = client.get(PAGE, {"look": "yes", **choice}).text
    assert words in page
    assert "caption again</button>" not in page


@pytest.mark.usefixtures("editor")
def test_a_choice_that_is_gone_begins_nothing(client):
    assert "Nothing was begun" in client.post(PAGE, {"model": "gone"}, follow=True).text
    assert not Recaption.objects.exists()


@pytest.mark.usefixtures("editor")
def test_models_and_languages_to_choose_from(client):
    for number, (writer, language) in enumerate(
        [("gemini-x", "en"), ("gemini-y", "de"), ("offline", ""), ("person", "fr")]
    ):
        make(number, captioned_by=writer, caption_language=language)
    fields = client.get(PAGE).context["form"].fields
    assert [name for name, _ in fields["model"].choices] == ["", "gemini-x", "gemini-y"]
    assert [name for name, _ in fields["language"].choices] == ["", "de", "en", "fr"]


@pytest.mark.usefixtures("editor")
def test_paused_in_words_and_stopped(client):
    make()
    run = recaption.begin({}, 1)
    recaption.top_up(4)
    Job.objects.filter(recaption=run).update(
        state="paused", error="No room.", due_at=timezone.now() + timedelta(days=1)
    )
    page = client.get(f"{PAGE}{run.pk}/").text
    assert "No room. The next is tried on " in page
    assert "<dt>Paused</dt><dd>1</dd>" in page
    page = client.post(f"{PAGE}{run.pk}/stop/", follow=True).text
    assert "Stopped. 1 of 1 picture." in page
    assert "hx-get" not in page
    assert Job.objects.get(recaption=run).state == "done"
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["Stopped"]


def test_moderators_look_and_do_not_begin(client, moderator):
    make()
    run = recaption.begin({}, 1)
    assert "You may look at this" in client.get(PAGE).text
    assert ">Stop<" not in client.get(f"{PAGE}{run.pk}/").text
    assert client.post(PAGE, {"everything": "on"}).status_code == 403
    assert client.post(f"{PAGE}{run.pk}/stop/").status_code == 403
    run.refresh_from_db()
    assert run.ended_at is None


def test_others_see_nothing(client):
    client.force_login(User.objects.create_user("looker", is_staff=True))
    assert client.get(PAGE).status_code == client.get(f"{PAGE}1/").status_code == 403
    assert PAGE not in client.get("/admin/").text


@pytest.mark.usefixtures("editor")
def test_former_runs_are_listed(client):
    run = recaption.begin({"tag": "cat"}, 7)
    page = client.get(PAGE).text
    assert f'<a href="{PAGE}{run.pk}/">Captions of pictures with the tag cat</a></th><td class="number">7</td>' in page
    assert "the command line" in page
    assert client.get(f"{PAGE}{run.pk}/stop/").status_code == 405
