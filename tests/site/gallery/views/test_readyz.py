from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.django_db


def test_readyz(client, monkeypatch):
    assert client.get("/readyz").json() == {"database": "ok", "migrations": "ok", "disk": "ok"}
    monkeypatch.setattr("gallery.readiness.database", lambda: "The database can't be reached.")
    assert client.get("/readyz").status_code == 503


def test_it_says_that_the_disk_is_nearly_full(client, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=400_000_000))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "nearly full" in answer.json()["disk"]
