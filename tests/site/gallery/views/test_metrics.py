import logging

import pytest

pytestmark = pytest.mark.django_db
TOKEN = "3f6c1e0b9d2a4758"
HERE = {"REMOTE_ADDR": "127.0.0.1"}


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


@pytest.fixture
def token(settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def test_it_works(client, django_assert_num_queries):
    with django_assert_num_queries(6):
        answer = client.get("/metrics", **HERE)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert '\nimage_annotations_jobs{kind="annotation",state="failed"} 0.0\n' in answer.text
    assert "Vary" not in answer
    assert answer.cookies == {}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.0.1", "::1"])
def test_without_a_token_this_machine_may(client, address):
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize(
    "address", ["", "192.0.2.1", "10.0.0.1", "::ffff:192.0.2.1", "2001:db8::1", "localhost", "unix:"]
)
def test_without_a_token_nobody_else_may(client, address):
    answer = client.get("/metrics", REMOTE_ADDR=address, **bearer(""))
    assert (answer.status_code, answer["Cache-Control"], answer.text) == (404, "no-store", "Not found.\n")


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "X-Forwarded-Proto"])
@pytest.mark.parametrize("value", ["127.0.0.1", ""])
def test_a_proxy_on_this_machine_asks_for_somebody_else(client, name, value):
    assert client.get("/metrics", headers={name: value}, **HERE).status_code == 404


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("address", ["", "192.0.2.1", "127.0.0.1"])
def test_who_has_the_token_may(client, address):
    answer = client.get("/metrics", REMOTE_ADDR=address, headers={"X-Forwarded-For": "192.0.2.1"}, **bearer())
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert client.get("/metrics", HTTP_AUTHORIZATION=f"bearer  {TOKEN}").status_code == 200


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    "headers",
    [{}, bearer(""), bearer(TOKEN[:-1]), bearer(f"{TOKEN}x"), bearer("é"), {"HTTP_AUTHORIZATION": f"Basic {TOKEN}"}],
)
def test_nobody_else_may_then(client, headers):
    assert client.get("/metrics", **HERE, **headers).status_code == 404
    assert client.get(f"/metrics?token={TOKEN}", **HERE).status_code == 404


@pytest.mark.usefixtures("token")
def test_a_token_that_others_can_read_on_its_way_is_refused(client, settings):
    settings.ALLOW_HTTP_LOGIN = False  # as on AWS
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    answer = client.get("/metrics", **bearer())
    assert (answer.status_code, answer["Cache-Control"]) == (403, "no-store")
    assert "Choose another token, and send it by HTTPS." in answer.text
    assert client.get("/metrics").status_code == 404  # nobody learns anything by asking
    assert client.get("/metrics", headers={"X-Forwarded-Proto": "https"}, **bearer()).status_code == 200


@pytest.mark.usefixtures("token")
def test_an_https_site_says_it_by_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/metrics", **bearer()).status_code == 301
    assert client.get("/metrics", secure=True, **bearer()).status_code == 200


def test_it_is_read_only(client, caplog):
    caplog.set_level(logging.ERROR)
    assert client.post("/metrics", **HERE).status_code == 405
    head = client.head("/metrics", **HERE)
    assert (head.status_code, head.content) == (200, b"")
