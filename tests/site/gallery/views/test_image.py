import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gallery.models import Annotation, Image, ImageTag
from tests.site.gallery.rows import finish, make

pytestmark = pytest.mark.django_db


def test_hidden_pictures(client):
    image = make(visibility="hidden")
    assert image.uuid not in client.get("/gallery").text
    for path in ("", "/details", "/original"):
        assert client.get(f"/images/{image.uuid}{path}").status_code == 404
    assert client.get(f"/media/{image.thumbnail_key}").status_code == 404


def test_moderators_see_hidden_pictures(client, moderator):
    assert "only moderators see it" in client.get(make(visibility="hidden").get_absolute_url()).text


def test_picture_in_progress_asks_again(client):
    image = make(thumbnail="queued", annotation="running")
    page = client.get("/gallery").text
    assert f'hx-get="/cards?ids={image.uuid}&amp;shown=' in page
    assert "Waiting for its thumbnail" in page
    finish(Image.objects.get())
    assert "hx-get" not in client.get("/cards", {"ids": image.uuid}).text


def test_image_page(client):
    image = make()
    ImageTag.objects.create(image=image, name="größe")
    for caption in ("Older.", "Picture 1."):
        Annotation.objects.create(image=image, author="model", model="gemini-x", caption=caption, tags=[])
    page = client.get(image.get_absolute_url()).text
    assert "Written by gemini-x." in page
    assert "Other captions" in page
    assert ("Older." in page, page.count(">Picture 1.<")) == (True, 1)
    assert "?tag=gr%C3%B6%C3%9Fe" in page
    assert f"/media/previews/{image.uuid}.webp" in page


def test_states_in_words(client):
    image = make(thumbnail={"state": "failed", "error": "It is damaged."}, annotation="declined")
    page = client.get(image.get_absolute_url()).text
    for words in ("It could not be made.", "No caption yet."):
        assert words in page
    for words in ("It is damaged.", "Failed.", "Declined"):
        assert words not in page


def test_reasons_are_for_staff(client, moderator):
    image = make(annotation={"state": "failed", "error": "Gemini did not accept the API key."})
    assert "did not accept the API key" in client.get(image.get_absolute_url()).text


def test_offline_captions_are_marked(client):
    image = make()
    Image.objects.update(captioned_by="offline")
    for url in ("/gallery", image.get_absolute_url()):
        assert "described without AI" in client.get(url).text


def test_original_is_only_downloaded(client, settings):
    settings.ORIGINALS_FOR_EVERYBODY = True
    image = make(content_type="image/jpeg", original_name='größe "1".jpg')
    default_storage.save(image.object_key, ContentFile(b"bytes"))
    response = client.get(f"/images/{image.uuid}/original")
    assert response["Content-Disposition"].startswith("attachment")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert b"".join(response.streaming_content) == b"bytes"
