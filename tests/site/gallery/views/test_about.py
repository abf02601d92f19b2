import pytest

from gallery.models import Prompt
from processors.captioning.choice import Choice
from tests.site.gallery.rows import make, prompt, trial

pytestmark = pytest.mark.django_db


def test_it_says_whom_to_ask_and_who_sees_what(client, settings):
    page = client.get("/about").text
    assert "Only moderators and whoever uploaded it" in page
    assert "has given no contact" in page
    settings.OPERATOR_CONTACT, settings.ORIGINALS_FOR_EVERYBODY = "help@example.org", True
    page = client.get("/about").text
    assert "help@example.org" in page
    assert "Everybody who sees the picture can download it." in page


def test_the_upload_page_says_what_is_kept(client):
    page = client.get("/").text
    assert "with what its camera wrote into it" in page
    assert 'href="/about"' in page


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice("gemini", "g"), "A vision model of Google (Gemini) gets each picture"),
        (Choice("openai", "m", "https://models.example.org/v1"), "A vision model at models.example.org gets"),
        (Choice("offline", "offline"), "Pictures are sent to nobody."),
    ],
)
def test_it_says_who_gets_the_pictures(client, settings, choice, words):
    settings.CAPTIONER = choice
    assert words in client.get("/about").text


@pytest.mark.parametrize(
    ("tells", "words"),
    [
        ({}, "pixels, without what the camera wrote, and without the name of its file."),
        ({"tell_name": True}, "pixels, with the name of its file, and without anything else."),
        ({"tell_date": True}, "pixels, with the day when it was taken, and without anything else."),
        (
            {"tell_name": True, "tell_date": True},
            "with the name of its file and the day when it was taken, and without anything else.",
        ),
    ],
)
def test_it_says_what_goes_along(client, settings, tells, words):
    settings.CAPTIONER = Choice("gemini", "g")
    Prompt.objects.filter(active=True).update(**tells)
    assert words in client.get("/about").text


def test_what_a_prompt_tells_that_is_only_tried(client, settings):
    settings.CAPTIONER = Choice("gemini", "g")
    trial(make(), prompt("Told", tell_name=True))
    prompt("Never used", tell_date=True)
    assert "pixels, with the name of its file, and without anything else." in client.get("/about").text
