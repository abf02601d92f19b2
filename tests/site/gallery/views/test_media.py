import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ["uploads/x.jpg", "../db.sqlite3", "thumbnails/../../secret_key", "thumbnails/x.webp"])
def test_media_gives_nothing_else(client, key):
    assert client.get(f"/media/{key}").status_code == 404
