"""With PUBLISH=after review a new picture is seen by moderators and its uploader alone, whichever way it came in."""

import pytest
from django.core.management import call_command
from django.test import Client

from gallery.models import Image
from gallery.work import queue
from gallery.work.resources import resources
from processors import records
from processors.events import Upload
from processors.job import process_of
from tests import pictures
from tests.site.gallery.uploads.test_accept import accepted, send

pytestmark = pytest.mark.django_db
WAITS = "A moderator looks at it before it is shown."


@pytest.fixture(autouse=True)
def after_review(settings):
    settings.FIRST_VISIBILITY = "waiting"
    return settings


@pytest.fixture
def sent(client):
    """A picture that this client's visitor has uploaded, with its page of results."""
    client.get("/")  # gives the cookie
    page = send(client, ("secret.jpg", pictures.jpeg(exif=pictures.exif(1)))).text
    return Image.objects.get(), page


def do_all():
    for kind in records.KINDS:
        for job in queue.due(kind, 10):
            upload = Upload("", job.image.object_key)
            assert process_of(kind)(upload, resources()) == "done"


def test_it_works(sent):
    image, page = sent
    assert (image.visibility, bool(image.thumbnail_key)) == ("waiting", True)
    assert f"Uploaded. {WAITS}" in page
    assert image.get_absolute_url() in page
    do_all()
    image.refresh_from_db()
    assert (image.visibility, image.review) == ("waiting", "due")


def test_where_the_functions_make_the_thumbnail(after_review):
    after_review.ON_AWS = True
    image = accepted(pictures.jpeg())
    assert (image.visibility, image.thumbnail_key) == ("waiting", "")
    do_all()
    image.refresh_from_db()
    assert (image.visibility, bool(image.thumbnail_key)) == ("waiting", True)


def test_an_instance_that_died_before_it_was_whole(client, sent):
    """The same bytes make it whole, and it waits all the same."""
    image, _ = sent
    Image.objects.update(visibility="arriving")
    assert WAITS in send(client, ("secret.jpg", pictures.jpeg(exif=pictures.exif(1)))).text
    image.refresh_from_db()
    assert image.visibility == "waiting"


def test_its_uploader_finds_it(client, sent):
    image, _ = sent
    do_all()
    page = client.get("/uploads").text
    assert WAITS in page
    assert image.thumbnail_key in page
    assert "before it is shown to others" in client.get(image.get_absolute_url()).text
    for path in (f"/media/{image.thumbnail_key}", f"/media/{image.preview_key}", f"/images/{image.uuid}/original"):
        assert client.get(path).status_code == 200


def test_visitors_do_not(sent):
    image, _ = sent
    do_all()
    other = Client()
    own = [f"/images/{image.uuid}{tail}" for tail in ("", "/details", "/original", "/report")]
    for path in [*own, f"/media/{image.thumbnail_key}", f"/media/{image.preview_key}"]:
        assert other.get(path).status_code == 404, path
    for path in ("/gallery", "/gallery?q=secret", f"/cards?ids={image.uuid}", "/uploads"):
        assert str(image.uuid) not in other.get(path).text, path


def test_the_same_picture_of_somebody_else(sent):
    other = Client()
    other.get("/")
    page = send(other, ("mine.jpg", pictures.jpeg(exif=pictures.exif(1)))).text
    assert f"This picture is here already. {WAITS}" in page
    assert sent[0].get_absolute_url() not in page
    assert Image.objects.get().visibility == "waiting"


def test_setting_it_back_shows_nothing_that_waits(client, sent, after_review):
    after_review.FIRST_VISIBILITY = "visible"
    do_all()
    send(client, ("secret.jpg", pictures.jpeg(exif=pictures.exif(1))), HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert Image.objects.get().visibility == "waiting"


def test_the_samples_wait_like_all_others(after_review, tmp_path, capsys):
    after_review.VAR_DIR, after_review.STATIC_ROOT = tmp_path, tmp_path / "static"
    call_command("prepare")
    assert set(Image.objects.values_list("visibility", flat=True)) == {"waiting"}
    assert "Sample pictures wait for a moderator" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["/", "/about"])
def test_visitors_are_told(client, after_review, path):
    said = "but only after a moderator has looked at"
    assert said in client.get(path).text
    after_review.FIRST_VISIBILITY = "visible"
    assert said not in client.get(path).text


def test_the_upload_page_leads_to_where_they_are(client, after_review):
    assert "See them in your uploads" in client.get("/").text
    after_review.FIRST_VISIBILITY = "visible"
    assert "See them in the gallery" in client.get("/").text
