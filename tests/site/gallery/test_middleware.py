import pytest
from django.http import HttpResponse

from gallery import middleware

pytestmark = pytest.mark.django_db


def test_healthz_takes_any_host_and_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz", HTTP_HOST="10.0.1.17:5000").status_code == 200
    assert client.get("/gallery", HTTP_HOST="evil.example").status_code == 400


def test_the_policy_lets_the_buckets_pictures_in(rf, monkeypatch):
    monkeypatch.setattr("gallery.storage.origin", lambda: "https://pictures.s3.amazonaws.com")
    answer = middleware.content_security_policy(lambda request: HttpResponse())(rf.get("/"))
    assert "img-src 'self' data: https://pictures.s3.amazonaws.com;" in answer.headers["Content-Security-Policy"]


def test_content_security_policy(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
