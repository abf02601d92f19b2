import pytest

from gallery.models import Annotation
from tests.site.gallery.admin.form import LIST
from tests.site.gallery.rows import make, prompt, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moderator")]


def test_a_proposal_is_taken_over(client):
    image = make(captioned_by="person")
    row = Annotation.objects.create(
        image=image, author="model", model="gemini-x", caption="A dog.", alt_text="Dog", tags=["dog"]
    )
    assert "Take this caption over" in client.get(f"{LIST}{image.pk}/change/").text
    url = f"{LIST}{image.pk}/take-over/{row.pk}/"
    assert client.get(url).status_code == 405
    client.post(url)
    image.refresh_from_db()
    assert (image.caption, image.captioned_by, [tag.name for tag in image.tags.all()]) == ("A dog.", "person", ["dog"])


def test_the_words_in_the_picture_are_taken_over_with_the_caption(client):
    image = make(caption="", captioned_by="", text="old")
    client.post(f"{LIST}{image.pk}/take-over/{row(image, text='NEW', language='de').pk}/")
    image.refresh_from_db()
    assert (image.text, image.caption, image.caption_language) == ("NEW", "A cat.", "de")


def test_what_is_taken_over_stays_in_its_language(client):
    image = make(caption_language="en")
    client.post(f"{LIST}{image.pk}/take-over/{row(image, language='de', caption='Ein Hund.').pk}/")
    image.refresh_from_db()
    assert (image.caption, image.captioned_by) == ("Picture 1.", "gemini-x")
    other = image.translations.get()
    assert (other.language, other.caption, other.captioned_by, other.tags) == ("de", "Ein Hund.", "person", ["cat"])


def test_a_trial_is_not_taken_over(client):
    image = make()
    tried = row(image, prompt(), "trial")
    assert "Take this caption over" not in client.get(f"{LIST}{image.pk}/change/").text
    assert client.post(f"{LIST}{image.pk}/take-over/{tried.pk}/").status_code == 404
