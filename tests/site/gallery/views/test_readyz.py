import pytest

pytestmark = pytest.mark.django_db


def test_readyz(client, monkeypatch):
    assert client.get("/readyz").json() == {"database": "ok", "migrations": "ok"}
    monkeypatch.setattr("gallery.readiness.database", lambda: "The database can't be reached.")
    assert client.get("/readyz").status_code == 503
