import html
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from gallery.models import Annotation, Image, ImageTag
from gallery.uploads.accept import accept
from tests import pictures
from tests.site.gallery.rows import finish, index, make

pytestmark = pytest.mark.django_db


def shown(page) -> list[int]:
    """The numbers of the pictures on a page of the gallery."""
    return [int(number) for number in re.findall(r'href="/images/[0-9a-f-]{24}(\d{12})"', page.text)]


def test_it_works(client):
    image = make()
    page = client.get("/gallery")
    assert page.status_code == 200
    assert f'src="/media/{image.thumbnail_key}" alt="Picture 1."' in page.text
    assert 'hx-get="/cards' not in page.text


def test_a_card_says_its_pictures_size_before_it_is_loaded(client):
    make(1, width=4000, height=3000), make(2)
    text = client.get("/gallery").text
    assert 'data-ratio="1.33"' in text
    assert text.count(' width="4000" height="3000"') == text.count(" height=") == 1


def test_which_cards_were_described_without_ai(client):
    make(1), make(2, captioned_by="offline"), make(3, captioned_by="offline")
    text = client.get("/gallery").text
    assert text.count(" data-offline>") == 2
    assert text.count("described without AI") == 1


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


@pytest.mark.parametrize("cookie", ["csrftoken=x", "uploader=x", "AWSALB=y; sessionid=x"])
def test_whoever_has_a_cookie_of_ours_sees_a_change_at_once(client, cookie):
    image = make()
    for caption in ("Before.", "After."):
        Image.objects.filter(pk=image.pk).update(caption=caption)
        assert caption in client.get("/gallery", headers={"cookie": cookie}).text
    Image.objects.update(visibility="hidden")
    assert shown(client.get("/gallery", headers={"cookie": cookie})) == []


def test_cookies_of_others_make_nobody_known(client, django_assert_num_queries):
    """The load balancer's come with every request but a visitor's first."""
    make()
    first = client.get("/gallery")
    with django_assert_num_queries(0):
        assert client.get("/gallery", headers={"cookie": "AWSALB=x; AWSALBCORS=x; other=y"}).text == first.text


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
    index()
    for query, names in [
        ("picture", 2),
        ("CAT", 1),
        ("picture cat", 1),
        ("2.jpg", 1),
        ("dog", 0),
        ("%", 0),
        ("2 cat", 1),
        ("pict", 2),
        ("-picture", 0),
        ("picture -cat", 1),
        ("tag:cat", 1),
    ]:
        assert len(shown(client.get("/gallery", {"q": query}))) == names, query


def test_words_in_the_picture_and_further_languages_are_found(client):
    image = make(1, text="KEEP CLEAR")
    image.translations.create(language="de", caption="Ein Hund am Ufer.", alt_text="Gänse")
    make(2, caption="A dog.")
    index()
    for query, numbers in (
        ("clear", [1]),
        ("UFER", [1]),
        ("gänse keep", [1]),
        ("hund clear picture", [1]),
        ("dog", [2]),
    ):
        assert shown(client.get("/gallery", {"q": query})) == numbers, query


def test_the_plain_page_asks_for_no_more_than_it_shows(client, django_assert_num_queries):
    image = make(1, text="KEEP CLEAR")
    image.translations.create(language="de", caption="Ein Hund.")
    with django_assert_num_queries(1) as queries:
        client.get("/gallery")
    sql = queries[0]["sql"]
    assert not [name for name in ("translations", '"text"', "`text`", "prompt") if name in sql]


def poll_of(page) -> str:
    return html.unescape(re.search(r'id="poll" hx-get="([^"]+)"', page.text)[1])


def test_cards_in_progress_are_asked_for_together(client, django_assert_num_queries):
    make(1), make(2, thumbnail="queued"), make(3, annotation="running")
    url = poll_of(client.get("/gallery"))
    assert "-000000000001" not in url
    with django_assert_num_queries(2):
        assert client.get(url).status_code == 204  # they look as before
    finish(Image.objects.get(original_name="2.jpg"))
    answer = client.get(url)
    assert sorted(shown(answer)) == [2, 3]
    assert "-000000000002" not in poll_of(answer)


@pytest.mark.parametrize("visibility", ["hidden", "waiting", "arriving"])
def test_cards_are_only_of_what_everybody_sees(client, visibility):
    hidden = make(1, thumbnail="queued", visibility=visibility, original_name="secret.jpg")
    other = make(2, thumbnail="queued")
    answer = client.get("/cards", {"ids": f"{hidden.uuid},{other.uuid}"})
    assert shown(answer) == [2]
    assert hidden.uuid not in answer.text + client.get("/gallery").text
    assert "secret.jpg" not in answer.text


def test_cards_of_one_page_at_most(client):
    images = [make(number, thumbnail="queued") for number in range(30)]
    assert len(shown(client.get("/cards", {"ids": ",".join(image.uuid for image in images)}))) == 24
    assert shown(client.get("/cards", {"ids": "x,../,%00"})) == []


def test_words_of_other_languages_are_found(client):
    image = make(1, caption="Grüne Äpfel", alt_text="Γάτα", original_name="Café.jpg")
    ImageTag.objects.create(image=image, name="golden retriever")
    index()
    for query in (
        "ÄPFEL",
        "äpfel",
        "A\u0308PFEL",
        "γάτα",
        "ΓΆΤΑ",
        "cafe\u0301",
        "CAFÉ",
        "retriever äpfel",
        "retriever golden",
    ):
        assert len(shown(client.get("/gallery", {"q": query}))) == 1, query
    for query in ("ÖPFEL", "retriever cat"):
        assert shown(client.get("/gallery", {"q": query})) == [], query


def test_a_tag_is_found_exactly(client):
    ImageTag.objects.create(image=make(1), name="red")
    ImageTag.objects.create(image=make(2, caption="It is moored, red."), name="moored")
    page = client.get("/gallery", {"tag": "Red"})
    assert shown(page) == [1]
    assert "Pictures tagged “<bdi>Red</bdi>”" in page.text
    assert "No picture has this tag" in client.get("/gallery", {"tag": "re"}).text


def test_pages_of_a_tag_stay_with_it(client):
    for number in range(30):
        ImageTag.objects.create(image=make(number), name="größe & co")
    make(40)
    first = client.get("/gallery", {"tag": "größe & co"})
    older = html.unescape(re.search(r'href="(/gallery\?before=[^"]+)" rel="next"', first.text)[1])
    second = client.get(older)
    assert sorted(shown(first) + shown(second)) == list(range(30))
    assert 'href="/gallery?tag=gr%C3%B6%C3%9Fe+%26+co">Newest' in second.text


def test_each_text_finds_its_own_direction(client):
    """Names, captions, tags and results of people and models, on each page where they stand."""
    image = make(1, original_name="תמונה.jpg", caption="قطة سوداء")
    waiting = make(2, original_name="חתול.jpg", thumbnail="queued", annotation="queued", caption="")
    ImageTag.objects.create(image=image, name="חתול")
    for caption in ("كلب", "قطة سوداء"):
        Annotation.objects.create(image=image, author="model", model="m", language="ar", caption=caption, tags=[])
    gallery, page = client.get("/gallery").text, client.get(image.get_absolute_url()).text
    for place in (
        'alt="قطة سوداء" dir="auto"',
        '<span dir="auto">قطة سوداء<',
        f'dir="auto">{waiting.original_name}: <',
    ):
        assert place in gallery
    for place in ('class="file-name" dir="auto">תמונה', 'class="caption" dir="auto">قطة', 'dir="auto" lang="ar">كلب<'):
        assert place in page
    assert re.search(r'<a dir="auto" href="/gallery\?tag=[%0-9A-F]+">חתול<', page)
    assert "<bdi>חתול</bdi>" in client.get("/gallery", {"q": "חתול"}).text
    result = client.post("/", {"files": SimpleUploadedFile("חתול.jpg", pictures.png(8, 8))}).text
    assert '<span class="name" dir="auto">חתול.jpg<' in result
