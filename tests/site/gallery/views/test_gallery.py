import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from gallery.models import Image, ImageTag
from gallery.uploads.accept import accept
from tests import pictures
from tests.site.gallery.rows import finish, make

pytestmark = pytest.mark.django_db


def shown(page) -> list[int]:
    """The numbers of the pictures on a page of the gallery."""
    return [int(number) for number in re.findall(r'href="/images/[0-9a-f-]{24}(\d{12})"', page.text)]


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
        accept(SimpleUploadedFile(f"{height}.png", pictures.png(8, height)))
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


def test_page_with_a_picture_in_progress_is_kept_for_a_moment_only(client, monkeypatch):
    kept = []
    monkeypatch.setattr(cache, "set", lambda key, text, seconds: kept.append(seconds))
    make(thumbnail="running")
    assert "Waiting for its thumbnail" in client.get("/gallery").text
    finish(Image.objects.get())
    assert "/media/thumbnails/" in client.get("/gallery").text
    assert kept == [1, 5]


def test_moderators_page_is_not_kept_for_strangers(client, moderator):
    make()
    assert "/admin/" in client.get("/gallery").text
    client.logout()
    assert "/admin/" not in client.get("/gallery").text
    client.force_login(moderator)
    assert "/admin/" in client.get("/gallery").text


def test_search(client):
    make(1)
    ImageTag.objects.create(image=make(2), name="cat")
    for query, names in [("picture", 2), ("CAT", 1), ("picture cat", 1), ("2.jpg", 1), ("dog", 0), ("%", 0)]:
        assert len(shown(client.get("/gallery", {"q": query}))) == names, query
