"""Originals are for moderators and for who uploaded them, under a name that says what they are."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gallery.views.original import file_name
from tests.site.gallery.rows import make
from tests.site.gallery.views.test_mine import come

pytestmark = pytest.mark.django_db


def stored():
    image = make(content_type="image/gif", original_name="photo.html")
    default_storage.save(image.object_key, ContentFile(b"GIF89a"))
    return image


def test_not_for_everybody(client):
    image = stored()
    assert client.get(f"/images/{image.uuid}/original").status_code == 403
    assert "/original" not in client.get(image.get_absolute_url()).text


def test_for_moderators(client, moderator):
    answer = client.get(f"/images/{stored().uuid}/original")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="photo.gif"'
    assert "no-store" in answer.headers["Cache-Control"]


def test_for_who_uploaded_it(client):
    image = stored()
    come(client, image)
    assert client.get(f"/images/{image.uuid}/original").status_code == 200
    assert "/original" in client.get(image.get_absolute_url()).text


def test_for_everybody_by_a_setting(client, settings):
    settings.ORIGINALS_FOR_EVERYBODY = True
    assert client.get(f"/images/{stored().uuid}/original").status_code == 200


@pytest.mark.parametrize(
    ("content_type", "name", "right"),
    [
        ("image/gif", "photo.html", "photo.gif"),
        ("image/png", "x.exe", "x.png"),
        ("image/jpeg", "x.JPEG", "x.JPEG"),
        ("image/heic", "x.heif", "x.heif"),
        ("image/webp", "no extension", "no extension.webp"),
        ("image/webp", "archive.tar.gz", "archive.tar.webp"),
        ("", "beach.html", "beach.bin"),
        ("image/png", ".htaccess", ".htaccess.png"),
        ("image/avif", "größe.png", "größe.avif"),
        ("image/png", "Mr. Long name", "Mr. Long name.png"),
    ],
)
def test_name_says_what_it_is(content_type, name, right):
    assert file_name(make(content_type=content_type, original_name=name)) == right
