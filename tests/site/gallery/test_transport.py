"""Passwords and sessions by plain HTTP. What nginx says of a request: tests/deploy/test_nginx_conf.py."""

import pytest
from django.contrib.sessions.models import Session
from django.test import RequestFactory

from gallery.transport import in_the_clear

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
LOGIN = {"username": "anna", "password": PASSWORD, "next": "/admin/"}
TUNNEL = {"headers": {"X-Arrived-By": "loopback", "X-Forwarded-Proto": "http"}}
BALANCER = {"headers": {"X-Arrived-By": "load-balancer", "X-Forwarded-Proto": "http"}}
HTTPS = {"headers": {"X-Arrived-By": "load-balancer", "X-Forwarded-Proto": "https"}}


@pytest.fixture(autouse=True)
def _as_on_aws(settings, django_user_model):
    settings.ALLOW_HTTP_LOGIN, settings.PROXIES = False, 2
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    django_user_model.objects.create_superuser("anna", password=PASSWORD)


def test_it_works(client):
    page = client.get("/admin/login/", **BALANCER)
    assert (page.status_code, page["Cache-Control"]) == (403, "no-store")
    for way in ("certificate_arn", "site_url", "terraform output -raw open_tunnel", "allow_http_login = true"):
        assert way in page.text
    assert "<input" not in page.text
    assert "What was sent just now" not in page.text


def test_a_password_is_not_looked_at(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.post("/admin/login/", LOGIN, **BALANCER)
    assert page.status_code == 403
    assert "choose another one" in page.text
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("path", ["/admin/", "/admin/password_change/", "/admin/gallery/image/", "/admin/nowhere"])
def test_so_are_all_pages_of_the_admin(client, path):
    assert client.get(path, **BALANCER).status_code == 403


@pytest.mark.parametrize("path", ["/", "/gallery", "/uploads", "/about", "/healthz"])
def test_pages_for_everybody_work(client, path):
    assert client.get(path, **BALANCER).status_code == 200


@pytest.mark.parametrize("how", [TUNNEL, HTTPS])
def test_other_ways_lead_in(client, how):
    assert client.post("/admin/login/", LOGIN, **how).status_code == 302
    assert client.get("/admin/", **how).status_code == 200


def test_it_can_be_allowed(client, settings):
    settings.ALLOW_HTTP_LOGIN = True
    assert client.post("/admin/login/", LOGIN, **BALANCER).status_code == 302


def test_a_session_whose_id_came_in_the_clear_is_over(client):
    """As of one that was made while it was allowed: whoever has read the id could use it by HTTPS too."""
    client.post("/admin/login/", LOGIN, **HTTPS)
    assert Session.objects.count() == 1
    page = client.get("/gallery", **BALANCER)
    assert (page.status_code, "/admin/" in page.text) == (200, False)
    assert Session.objects.count() == 0
    assert client.get("/admin/", **HTTPS).status_code == 302  # to the login


@pytest.mark.parametrize("said", [{}, {"X-Arrived-By": ""}, {"X-Arrived-By": "Loopback, loopback"}])
def test_without_nginxs_word_it_is_in_the_clear(said):
    assert in_the_clear(RequestFactory().get("/", headers=said))


def test_a_host_says_nothing():
    assert in_the_clear(RequestFactory().get("/", headers={"Host": "127.0.0.1:5000", "X-Forwarded-For": "127.0.0.1"}))
