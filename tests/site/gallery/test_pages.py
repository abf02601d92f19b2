import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone

from gallery import middleware, uploads
from gallery.models import Annotation, Image, ImageTag
from tests import pictures

pytestmark = pytest.mark.django_db
DONE = {"thumbnail_state": "done", "annotation_state": "done"}


def make(number: int = 1, **values) -> Image:
    uuid = f"00000000-0000-4000-8000-{number:012}"
    values = {"original_name": f"{number}.jpg", "s3_key": f"uploads/{uuid}.jpg", **DONE, **values}
    values.setdefault("thumbnail_key", f"thumbnails/{uuid}.webp" if values["thumbnail_state"] == "done" else "")
    return Image.objects.create(uuid=uuid, caption=f"Picture {number}.", captioned_by="gemini-x", **values)


def shown(page) -> list[int]:
    """The numbers of the pictures on a page of the gallery."""
    return [int(number) for number in re.findall(r'href="/images/[0-9a-f-]{24}(\d{12})"', page.text)]


@pytest.fixture
def moderator(client) -> User:
    user = User.objects.create_user("mod", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="Moderators"))
    client.force_login(user)
    return user


def test_it_works(client):
    image = make()
    page = client.get("/gallery")
    assert page.status_code == 200
    assert f'src="/media/{image.thumbnail_key}" alt="Picture 1."' in page.text
    assert "hx-get" not in page.text


def test_pages_of_the_gallery_have_every_picture_once(client):
    now = timezone.now()
    for number in range(60):  # pictures of the same moment as well
        make(number, uploaded_at=now - timedelta(seconds=number // 3))
    seen, url = [], "/gallery"
    while url:
        page = client.get(url)
        seen += shown(page)
        older = re.search(r'href="(/gallery\?before=[0-9-]+)"', page.text)
        url = older[1] if older else ""
    assert len(seen) == len(set(seen)) == 60
    assert [number // 3 for number in seen] == sorted(number // 3 for number in seen)


def test_pages_of_uploaded_pictures(client):
    for height in range(8, 38):
        uploads.accept(SimpleUploadedFile(f"{height}.png", pictures.png(8, height)))
    first = client.get("/gallery")
    second = client.get("/gallery", {"before": first.context["older"]})
    shown = re.findall(r'href="/images/([0-9a-f-]{36})"', first.text + second.text)
    assert len(shown) == len(set(shown)) == 30


def test_gallery_runs_a_fixed_number_of_queries(client, django_assert_num_queries):
    for number in range(30):
        make(number)
    with django_assert_num_queries(1):
        client.get("/gallery")


@pytest.mark.parametrize("before", ["x", "1-", "9" * 40 + "-1", "-1-1", "1-1-1"])
def test_senseless_cursor(client, before):
    assert client.get("/gallery", {"before": before}).status_code == 404


def test_whoever_has_a_cookie_sees_a_change_at_once(client):
    image = make()
    for caption in ("Before.", "After."):
        Image.objects.filter(pk=image.pk).update(caption=caption)
        assert caption in client.get("/gallery", headers={"cookie": "csrftoken=x"}).text
    Image.objects.update(visibility="hidden")
    assert shown(client.get("/gallery", headers={"cookie": "csrftoken=x"})) == []


def test_strangers_get_a_page_that_is_some_seconds_old(client, django_assert_num_queries):
    make()
    first = client.get("/gallery")
    Image.objects.update(visibility="hidden")
    with django_assert_num_queries(0):
        assert client.get("/gallery").text == first.text
    assert first["Vary"] == "Cookie"


def test_page_with_a_picture_in_work_is_not_kept(client):
    make(thumbnail_state="running")
    assert "Waiting for its thumbnail" in client.get("/gallery").text
    Image.objects.update(**DONE, thumbnail_key="thumbnails/x.webp")
    assert "/media/thumbnails/x.webp" in client.get("/gallery").text


def test_moderators_page_is_not_kept_for_strangers(client, moderator):
    make()
    assert "/admin/" in client.get("/gallery").text
    client.logout()
    assert "/admin/" not in client.get("/gallery").text
    client.force_login(moderator)
    assert "/admin/" in client.get("/gallery").text


def test_hidden_pictures(client):
    image = make(visibility="hidden")
    assert image.uuid not in client.get("/gallery").text
    for path in ("", "/card", "/details", "/original"):
        assert client.get(f"/images/{image.uuid}{path}").status_code == 404
    assert client.get(f"/media/{image.thumbnail_key}").status_code == 404


def test_moderators_see_hidden_pictures(client, moderator):
    assert "only moderators see it" in client.get(make(visibility="hidden").get_absolute_url()).text


def test_search(client):
    make(1)
    ImageTag.objects.create(image=make(2), name="cat")
    for query, names in [("picture", 2), ("CAT", 1), ("picture cat", 1), ("2.jpg", 1), ("dog", 0), ("%", 0)]:
        assert len(shown(client.get("/gallery", {"q": query}))) == names, query


def test_picture_in_work_asks_again(client):
    image = make(thumbnail_state="queued", annotation_state="running")
    page = client.get("/gallery").text
    assert f'hx-get="/images/{image.uuid}/card"' in page
    assert "Waiting for its thumbnail" in page
    Image.objects.update(**DONE, thumbnail_key="thumbnails/x.webp")
    assert "hx-get" not in client.get(f"/images/{image.uuid}/card").text


def test_image_page(client):
    image = make(annotation_error="", annotation_finished_at=timezone.now())
    ImageTag.objects.create(image=image, name="größe")
    for caption in ("Older.", "Picture 1."):
        Annotation.objects.create(image=image, author="model", model="gemini-x", caption=caption, tags=[])
    page = client.get(image.get_absolute_url()).text
    assert "Written by gemini-x." in page
    assert "Other captions" in page
    assert ("Older." in page, page.count(">Picture 1.<")) == (True, 1)
    assert "?q=gr%C3%B6%C3%9Fe" in page
    assert f"/media/previews/{image.uuid}.webp" in page


def test_states_in_words(client):
    image = make(thumbnail_state="failed", thumbnail_error="It is damaged.", annotation_state="declined")
    page = client.get(image.get_absolute_url()).text
    for words in ("It failed.", "It is damaged.", "declined to describe"):
        assert words in page


def test_offline_captions_are_marked(client):
    image = make()
    Image.objects.update(captioned_by="offline")
    for url in ("/gallery", image.get_absolute_url()):
        assert "described without AI" in client.get(url).text


def test_original_is_only_downloaded(client):
    image = make(content_type="image/jpeg", original_name='größe "1".jpg')
    default_storage.save(image.object_key, ContentFile(b"bytes"))
    response = client.get(f"/images/{image.uuid}/original")
    assert response["Content-Disposition"].startswith("attachment")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert b"".join(response.streaming_content) == b"bytes"


@pytest.mark.parametrize("key", ["uploads/x.jpg", "../db.sqlite3", "thumbnails/../../secret_key", "thumbnails/x.webp"])
def test_media_gives_nothing_else(client, key):
    assert client.get(f"/media/{key}").status_code == 404


def test_healthz_takes_any_host_and_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz", HTTP_HOST="10.0.1.17:5000").status_code == 200
    assert client.get("/gallery", HTTP_HOST="evil.example").status_code == 400


def test_readyz(client, monkeypatch):
    assert client.get("/readyz").json() == {"database": "ok", "migrations": "ok"}
    monkeypatch.setattr("gallery.readiness.database", lambda: "The database can't be reached.")
    assert client.get("/readyz").status_code == 503


def test_error_pages(client, monkeypatch):
    page = client.get("/nothing")
    assert page.status_code == 404
    assert "There is nothing here" in page.text
    monkeypatch.setattr("gallery.storage.url_version", lambda: 1 / 0)
    make()
    client.raise_request_exception = False
    assert "Something went wrong here" in client.get("/gallery").text


def test_the_policy_lets_the_buckets_pictures_in(rf, monkeypatch):
    monkeypatch.setattr("gallery.storage.origin", lambda: "https://pictures.s3.amazonaws.com")
    answer = middleware.content_security_policy(lambda request: HttpResponse())(rf.get("/"))
    assert "img-src 'self' data: https://pictures.s3.amazonaws.com;" in answer.headers["Content-Security-Policy"]


def test_content_security_policy(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
