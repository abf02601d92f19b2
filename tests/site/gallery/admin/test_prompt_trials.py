from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery.models import Annotation, Job
from processors.captioning.choice import OFFLINE, Choice
from processors.records import TRIAL
from tests.site.gallery.rows import active, make, prompt, row, trial

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("model")]


def url(of, name) -> str:
    return f"/admin/gallery/prompt/{of.pk}/{name}/"


def test_the_price_comes_first(client, editor):
    for number in range(6):
        row(make(number), active(), cost_usd=Decimal("0.0005"))
    page = client.get(url(prompt(), "try")).text
    assert "these 5 pictures" in page
    assert "About 0.002500 USD, as the latest captions cost, and at most 0." in page
    assert "There is no budget that bounds it" in page
    assert page.count("/media/thumbnails/") == 5
    assert not Job.objects.filter(kind=TRIAL).exists()


def test_it_is_tried_and_compared(client, editor):
    image, dry = make(), prompt()
    row(image, active(), caption="Before.", cost_usd=Decimal("0.0005"), tags=["harbour"], text="STOP")
    page = client.post(url(dry, "try"), follow=True).text
    assert "Waiting for its turn." in page
    assert f'hx-get="{url(dry, "compared")}" hx-trigger="every 2s"' in page
    Job.objects.filter(kind=TRIAL).update(state="done")
    row(image, dry, "trial", caption="Dry.", language="de", cost_usd=Decimal("0.001"))
    page = client.get(url(dry, "compared")).text
    for words in ("Active: <bdi>Standard</bdi>", "Tried: <bdi>Dry</bdi>", 'lang="de" dir="auto">Dry.<', "0.001000 USD"):
        assert words in page
    for words in (">Before.<", "0.000500 USD", "harbour", 'lang="" dir="auto">STOP<', "Deutsch", "gemini-x"):
        assert words in page
    assert "hx-get" not in page
    assert LogEntry.objects.get().change_message == "Tried on 1 picture"


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        ("queued", "Gemini is away.", "It did not work and will be tried again: Gemini is away."),
        ("running", "", "In progress."),
        ("paused", "The budget is used up.", "Paused: The budget is used up."),
        ("failed", "No key.", "It failed: No key."),
        ("declined", "Not this.", "Declined: Not this."),
        ("done", "", "Nothing came of it. Try it again."),
    ],
)
def test_states_in_words(client, editor, state, error, words):
    dry = prompt()
    trial(make(), dry, state, error=error)
    page = client.get(url(dry, "compare")).text
    assert words in page
    assert ("hx-get" in page) == (state in ("queued", "running"))
    assert "Make active" in page


@pytest.mark.parametrize("name", ["try", "compare"])
def test_what_reviewers_thought_of_both_stands_above(client, editor, name):
    dry, judged = prompt(), row(make(), active())
    Annotation.objects.create(author="person", outcome="review", verdict="accepted", judged=judged)
    page = client.get(url(dry, name)).text
    assert "<dt>Active: <bdi>Standard</bdi></dt><dd>Accepted unedited 100 % (21–100) of 1</dd>" in page
    assert "<dt><bdi>Dry</bdi></dt><dd>Not reviewed yet</dd>" in page
    assert '<a href="/admin/gallery/reviewsample/">quality by model and prompt</a>' in page


@pytest.mark.parametrize(("name", "asked"), [("compare", True), ("compared", False)])
def test_what_is_asked_for_every_two_seconds_does_without_reviews(client, editor, name, asked):
    trial(make(), dry := prompt(), "running")
    with CaptureQueriesContext(connection) as queries:
        client.get(url(dry, name))
    assert any("undone" in query["sql"] for query in queries) == asked


def test_a_second_click_says_so(client, editor):
    dry = prompt()
    make()
    client.post(url(dry, "try"))
    assert "It is being tried already." in client.post(url(dry, "try"), follow=True).text
    assert LogEntry.objects.count() == 1


def test_without_pictures(client, editor):
    dry = prompt()
    assert "Upload some first." in client.get(url(dry, "try")).text
    assert "It has not been tried yet." in client.post(url(dry, "try"), follow=True).text


@pytest.mark.parametrize("budget", [0, 5])
def test_a_price_that_nobody_knows(client, editor, settings, budget):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("openai", "qwen"), Decimal(budget)
    make()
    dry = prompt()
    page = client.get(url(dry, "try")).text
    assert "Nobody knows what qwen costs." in page
    assert (">Try it</button>" in page, "only at a known price" in page) == (not budget, bool(budget))
    client.post(url(dry, "try"))
    assert Job.objects.filter(kind=TRIAL).exists() == (not budget)


def test_without_a_model_nothing_is_tried(client, editor, settings):
    settings.CAPTIONER = OFFLINE
    make()
    client.post(url(prompt(), "try"))
    assert not Job.objects.filter(kind=TRIAL).exists()


def test_make_active(client, editor):
    dry = prompt()
    assert client.get(url(dry, "activate")).status_code == 405
    page = client.post(url(dry, "activate"), follow=True).text
    assert "“Dry” is active now: new captions follow it. Those that are there stay as they are." in page
    assert '<a href="/admin/gallery/recaption/">Have captions written again</a>' in page
    assert active() == dry
    assert LogEntry.objects.get().change_message == "Made active"
    assert "is active already" in client.post(url(dry, "activate"), follow=True).text
    assert LogEntry.objects.count() == 1


def test_moderators_may_look(client, moderator):
    dry = prompt()
    trial(make(), dry, "failed")
    assert client.get(url(dry, "compare")).status_code == client.get(url(dry, "compared")).status_code == 200
    assert "Make active" not in client.get(url(dry, "compare")).text
    for name in ("try", "activate"):
        assert client.post(url(dry, name)).status_code == 403
    assert client.get(url(dry, "try")).status_code == 403


def test_others_may_not(client):
    assert client.get(url(active(), "compare")).status_code == 302
