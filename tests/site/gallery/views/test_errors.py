import pytest

from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db


def test_error_pages(client, monkeypatch):
    page = client.get("/nothing")
    assert page.status_code == 404
    assert "There is nothing here" in page.text
    monkeypatch.setattr("gallery.storage.url_version", lambda: 1 / 0)
    make()
    client.raise_request_exception = False
    assert "Something went wrong here" in client.get("/gallery").text
