"""Who uploaded a picture is known by a cookie, finds it, and can delete it."""

import hashlib

import pytest

from gallery.models import Image
from tests import pictures
from tests.site.gallery.rows import make
from tests.site.gallery.uploads.test_accept import send

pytestmark = pytest.mark.django_db


def come(client, image=None, cookie="a" * 43):
    """The visitor with this cookie; they have uploaded this picture."""
    client.cookies["uploader"] = cookie
    if image:
        Image.objects.filter(pk=image.pk).update(uploader=hashlib.sha256(cookie.encode()).hexdigest())


def test_an_upload_knows_its_uploader_by_a_hash(client):
    cookie = client.get("/").cookies["uploader"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 24 * 3600)
    send(client, ("a.jpg", pictures.jpeg()))
    image = Image.objects.get()
    assert image.uploader == hashlib.sha256(cookie.value.encode()).hexdigest()
    assert "a.jpg" in client.get("/uploads").text


def test_looking_at_the_gallery_gives_no_cookie(client):
    assert not client.get("/gallery").cookies


def test_a_new_secret_key_changes_nothing(client, settings):
    come(client, make())
    settings.SECRET_KEY = "another"
    assert "1.jpg" in client.get("/uploads").text


def test_others_see_nothing_of_it(client):
    come(client, make())
    come(client, cookie="b" * 43)
    assert "1.jpg" not in client.get("/uploads").text
    del client.cookies["uploader"]
    make(2)  # without an uploader
    assert "2.jpg" not in client.get("/uploads").text


def test_sending_the_bytes_again_claims_nothing(client):
    from django.test import Client

    body = pictures.jpeg()
    send(client, ("a.jpg", body))
    Image.objects.update(uploader="")
    other = Client()
    other.get("/")
    send(other, ("a.jpg", body))
    assert Image.objects.get().uploader == ""


@pytest.mark.parametrize(
    ("visibility", "words", "its_page"),
    [("visible", "In the gallery.", 200), ("waiting", "A moderator looks", 200), ("hidden", "has hidden it", 404)],
)
def test_each_is_listed_with_what_became_of_it(client, visibility, words, its_page):
    image = make(visibility=visibility)
    come(client, image)
    page = client.get("/uploads").text
    assert words in page
    assert (image.thumbnail_key in page) == (its_page == 200)
    assert client.get(image.get_absolute_url()).status_code == its_page


def test_pages(client):
    for number in range(1, 27):
        come(client, make(number))
    first = client.get("/uploads").text
    older = first.split('href="/uploads?before=')[1].split('"')[0]
    assert (first.count('class="result"'), client.get(f"/uploads?before={older}").text.count('class="result"')) == (
        24,
        2,
    )


def test_delete_asks_first(client):
    image = make()
    come(client, image)
    assert "30 days" in client.get(f"/images/{image.uuid}/delete").text
    assert Image.objects.exists()
    assert client.post(f"/images/{image.uuid}/delete").headers["Location"] == "/uploads"
    assert not Image.objects.exists()


def test_nobody_deletes_what_others_uploaded(client, moderator):
    image = make()
    for cookie in ("", "b" * 43):
        client.cookies["uploader"] = cookie
        assert client.post(f"/images/{image.uuid}/delete").status_code == 404
    assert Image.objects.exists()


def test_delete_needs_the_forms_token():
    from django.test import Client

    client, image = Client(enforce_csrf_checks=True), make()
    come(client, image)
    assert client.post(f"/images/{image.uuid}/delete").status_code == 403


def test_a_picture_without_an_uploader_is_not_claimed_by_sending_it_again(client):
    send(client, ("a.jpg", pictures.jpeg()))  # no cookie yet
    come(client)
    assert "This picture is here already." in send(client, ("a.jpg", pictures.jpeg())).text
    image = Image.objects.get()
    assert (image.uploader, client.post(f"/images/{image.uuid}/delete").status_code) == ("", 404)
    assert "a.jpg" not in client.get("/uploads").text
