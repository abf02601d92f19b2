"""/suggest"""

import pytest

from tests.site.gallery.rows import index, make

pytestmark = pytest.mark.django_db


def test_options(client):
    make(1, caption="A mountain & more")
    index()
    assert '<option value="mountain"></option>' in client.get("/suggest", {"q": "moun"}).text
    assert client.get("/suggest", {"q": "<b>"}).text.strip() == ""
    assert client.post("/suggest").status_code == 405


def test_the_gallery_proposes_a_near_word(client):
    make(1, caption="A mountain")
    index()
    page = client.get("/gallery", {"q": "mountian"}).text
    assert 'Did you mean <a href="/gallery?q=mountain"><bdi>mountain</bdi></a>?' in page


def test_what_is_not_found_says_why(client):
    make(1, caption="A mountain")
    index()
    assert "No picture has all of these words" in client.get("/gallery", {"q": "mountain xyzzy"}).text
    assert "There is no word in this to search for." in client.get("/gallery", {"q": "%"}).text


def test_found_words_are_marked(client):
    make(1, caption="A <mountain>")
    index()
    assert "A &lt;<mark>mountain</mark>&gt;" in client.get("/gallery", {"q": "mountain"}).text
