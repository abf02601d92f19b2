import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gallery.models import Annotation, Image, ImageTag
from tests.site.gallery.rows import finish, make, prompt, row, trial

pytestmark = pytest.mark.django_db


def test_hidden_pictures(client):
    image = make(visibility="hidden")
    assert image.uuid not in client.get("/gallery").text
    for path in ("", "/details", "/original"):
        assert client.get(f"/images/{image.uuid}{path}").status_code == 404
    assert client.get(f"/media/{image.thumbnail_key}").status_code == 404


def test_moderators_see_hidden_pictures(client, moderator):
    assert "only moderators see it" in client.get(make(visibility="hidden").get_absolute_url()).text


def test_moderators_get_from_the_picture_to_its_form_and_back(client, moderator):
    image = make()
    form = f"/admin/gallery/image/{image.pk}/change/"
    assert f'href="{form}">Edit</a>' in client.get(image.get_absolute_url()).text
    assert f'href="{image.get_absolute_url()}" class="viewsitelink"' in client.get(form).text
    moderator.is_staff = False
    moderator.save()
    assert ">Edit</a>" not in client.get(image.get_absolute_url()).text


def test_who_may_not_change_a_picture_is_not_led_to_its_form(client, editor):
    assert ">Edit</a>" not in client.get(make().get_absolute_url()).text
    client.logout()
    assert ">Edit</a>" not in client.get("/images/00000000-0000-4000-8000-000000000001").text


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


@pytest.fixture
def in_three():
    """A picture with a caption in English, German and Arabic."""
    image = make(caption="A cat.", caption_language="en", text="قف STOP")
    ImageTag.objects.create(image=image, name="cat")
    for language, caption, tags in (("de", "Eine Katze.", ["katze"]), ("ar", "قطة", [])):
        image.translations.create(language=language, caption=caption, tags=tags, captioned_by="gemini-x")
    return image


@pytest.mark.parametrize(
    ("lang", "accept", "caption"),
    [
        ("", "", "A cat."),
        ("", "de-AT,de;q=0.9,en;q=0.5", "Eine Katze."),
        ("ar", "de", "قطة"),
        ("DE", "en", "Eine Katze."),
        ("fr", "de", "Eine Katze."),
        ("<script>", "", "A cat."),
    ],
)
def test_the_visitors_language(client, in_three, lang, accept, caption):
    for path in ("", "/details"):
        url = f"{in_three.get_absolute_url()}{path}"
        page = client.get(url, {"lang": lang} if lang else {}, headers={"accept-language": accept})
        assert f">{caption}</p>" in page.text
        assert "Accept-Language" in page["Vary"]
        assert "<script>" not in page.text.replace("<script src", "")


def test_each_language_is_one_click_away_and_says_what_it_is(client, in_three):
    page = client.get(in_three.get_absolute_url(), {"lang": "ar"}).text
    assert 'class="caption" dir="auto" lang="ar">قطة</p>' in page
    assert 'lang="ar" hreflang="ar" aria-current="true"><bdi>العربيّة</bdi>' in page
    assert '?lang=de" lang="de" hreflang="de"><bdi>Deutsch</bdi>' in page
    assert 'alt="قطة" dir="auto" lang="ar"' in page
    assert 'lang="en" href="/gallery?tag=cat">cat</a>' in page
    assert '<span dir="auto" lang="de">katze</span>' in client.get(in_three.get_absolute_url(), {"lang": "de"}).text


def test_words_in_the_picture_have_no_language_that_anybody_knows(client, in_three):
    page = client.get(in_three.get_absolute_url()).text
    assert '<p class="words" lang="" dir="auto">قف STOP</p>' in page
    assert "Words in the picture" not in client.get(make(2).get_absolute_url()).text


def test_the_language_is_kept_while_the_page_asks_again(client, in_three):
    in_three.jobs.filter(kind="thumbnail").update(state="running")
    Image.objects.update(thumbnail_key="")
    page = client.get(in_three.get_absolute_url(), {"lang": "de"}).text
    assert f'hx-get="/images/{in_three.uuid}/details?lang=de"' in page
    assert f'hx-get="/images/{in_three.uuid}/details"' in client.get(in_three.get_absolute_url()).text


def test_who_wrote_a_further_language(client, in_three):
    in_three.translations.filter(language="de").update(captioned_by="person")
    assert "In this language written by a person." in client.get(in_three.get_absolute_url(), {"lang": "de"}).text
    assert "In this language" not in client.get(in_three.get_absolute_url(), {"lang": "ar"}).text


def test_cards_show_the_first_language(client, in_three):
    page = client.get("/gallery", headers={"accept-language": "de"})
    assert "A cat." in page.text
    assert "Katze" not in page.text
    assert "Accept-Language" not in page["Vary"]


def test_a_trial_is_seen_by_nobody(client, in_three):
    row(in_three, prompt(), "trial", caption="On trial.")
    trial(in_three, prompt("Other"), "running")
    for url in ("/gallery", in_three.get_absolute_url()):
        page = client.get(url).text
        assert "On trial." not in page
        assert 'hx-get="/cards' not in page


def test_a_caption_whose_language_nobody_knows_can_be_clicked_too(client, in_three):
    Image.objects.update(caption_language="")
    page = client.get(in_three.get_absolute_url(), {"lang": "de"}).text
    assert '?lang=" lang="" hreflang=""><bdi>Unknown language</bdi>' in page
    assert ">A cat.</p>" in client.get(f"{in_three.get_absolute_url()}?lang=").text
