"""What one address may send in a minute and in a day."""

from types import SimpleNamespace

import pytest

from gallery.models import ClientDay, Image
from gallery.uploads import rate
from tests import pictures
from tests.site.gallery.uploads.test_accept import send

pytestmark = pytest.mark.django_db
FROM = {"REMOTE_ADDR": "192.0.2.77"}


@pytest.fixture(autouse=True)
def _fresh():
    rate._limiter.storage.reset()


def files(count):
    return [(f"{i}.jpg", pictures.jpeg(80, 60, seed=i)) for i in range(count)]


def test_files_are_counted_and_not_requests(client, settings):
    settings.UPLOAD_RATE = "3/hour"
    response = send(client, *files(5), **FROM)
    assert response.status_code == 200
    assert (response.text.count("Uploaded."), response.text.count("Too many uploads")) == (3, 2)
    assert Image.objects.count() == 3
    assert send(client, *files(1), **FROM).status_code == 429


def test_files_of_a_day_are_counted_for_all_workers(client, settings):
    settings.UPLOADS_PER_DAY = 2
    send(client, *files(2), **FROM)
    rate._limiter.storage.reset()  # another worker knows nothing of it
    response = send(client, *files(1), **FROM)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 86_400
    assert send(client, *files(1), REMOTE_ADDR="192.0.2.78").status_code == 200


def test_cpu_of_a_day_is_counted_of_refused_pictures_too(client, settings):
    send(client, ("bad.png", pictures.truncated(pictures.png(1600, 1200))), **FROM)
    day = ClientDay.objects.get()
    assert (day.uploads, day.cpu_ms > 0) == (1, True)
    settings.UPLOAD_CPU_PER_DAY = 0
    assert send(client, *files(1), **FROM).status_code == 429


def test_no_address_is_stored(client):
    send(client, *files(1), **FROM)
    assert "192.0.2.77" not in str(list(ClientDay.objects.values()))
    assert len(ClientDay.objects.get().client) == 64


@pytest.mark.parametrize(("seconds", "words"), [(30, "30 seconds"), (600, "10 minutes"), (40_000, "11 hours")])
def test_when_to_come_again_is_said_in_words(client, monkeypatch, seconds, words):
    monkeypatch.setattr("gallery.views.upload.rate", SimpleNamespace(count=lambda request: seconds))
    response = send(client, *files(1))
    assert (response.status_code, response["Retry-After"]) == (429, str(seconds))
    assert f"Try again in {words}." in response.text
