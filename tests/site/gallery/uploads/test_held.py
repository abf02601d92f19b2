"""What was tried and held: lengths, boundaries, numbers of fields and files, names, the same picture from many."""

import io
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from config.logs import Senders
from gallery.middleware import MOST_ELSEWHERE
from gallery.models import Image
from gallery.uploads.accept import accept
from tests import pictures
from tests.site.gallery.uploads.test_accept import accepted, send

FORM = "multipart/form-data; boundary=b"


class Unreadable:
    """A body that nobody may read."""

    def read(self, *arguments):
        raise AssertionError

    readline = read


UNREADABLE = {"wsgi.input": Unreadable()}
pytestmark = pytest.mark.django_db


def post(client, body, path="/", content_type=FORM, **extra):
    return client.generic("POST", path, body, content_type=content_type, **extra)


def named(name: bytes) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="' + name + b'"\r\n\r\n'
    return head + pictures.jpeg() + b"\r\n--b--\r\n"


@pytest.mark.parametrize("length", ["", "-1", "x", "1e3", "0x10", "99999999999999999999", "12, 12"])
def test_malformed_lengths(client, length):
    answer = post(client, b"", CONTENT_LENGTH=length, **{"wsgi.input": io.BytesIO(named(b"a.jpg"))})
    assert answer.status_code in (400, 413, 422)
    assert not Image.objects.exists()
    assert post(client, b"", "/admin/login/", CONTENT_LENGTH=length).status_code < 500


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/ü", "x"])
def test_bad_boundaries(client, content_type):
    assert post(client, named(b"a.jpg"), content_type=content_type).status_code in (400, 422)


def test_ten_thousand_fields(client):
    assert client.post("/", {f"f{i}": "1" for i in range(10_000)}).status_code == 400
    assert client.post("/admin/login/", {f"f{i}": "1" for i in range(10_000)}).status_code == 400


def test_a_thousand_files(client):
    response = send(client, *((f"{i}.jpg", b"x") for i in range(1000)))
    assert response.status_code == 400
    assert "At most 20 files" in response.text


def test_evil_host(client):
    assert send(client, ("a.jpg", pictures.jpeg()), HTTP_HOST="evil.example").status_code == 400
    assert not Image.objects.exists()


def test_what_senders_do_wrong_is_a_line_in_the_log():
    record = logging.LogRecord("django.security.TooManyFilesSent", logging.ERROR, "", 0, "x", (), (None, None, None))
    ours = logging.LogRecord("django.request", logging.ERROR, "", 0, "x", (), (None, None, None))
    ours.status_code = 500
    assert Senders().filter(record)
    assert Senders().filter(ours)
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    assert (ours.levelname, bool(ours.exc_info)) == ("ERROR", True)


def test_that_filter_is_in_use(settings):
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["senders"]
    assert settings.LOGGING["root"]["handlers"] == ["stderr"]


@pytest.mark.parametrize("name", [b"..", b".", b"a/..", b"\xe2\x80\xae", b"\x01"])
def test_name_that_is_none(client, name):
    assert post(client, named(name)).status_code == 200
    assert Image.objects.get().original_name == "unnamed"


def test_name_that_is_not_utf_8(client):
    response = post(client, named(b"gr\xf6\xdfe.jpg"))
    assert response.status_code == 400
    assert "it is not UTF-8. Rename the file" in response.text


@pytest.mark.parametrize("name", ["می\u200cخواهم.jpg", "👨\u200d👩\u200d👧.jpg"])
def test_joiners_of_a_name_stay(client, name):
    assert post(client, named(name.encode())).status_code == 200
    assert Image.objects.get().original_name == name


@pytest.mark.parametrize("path", ["/gallery", "/admin/login/", "/readyz", "/admin/gallery/image/", "/nothing"])
def test_large_body_anywhere_else_is_refused_unread(client, path):
    """A little more than the limit, and 240 MB."""
    for length in (MOST_ELSEWHERE + 1, 240_000_000):
        answer = post(client, b"", path, CONTENT_LENGTH=str(length), **UNREADABLE)
        assert answer.status_code == 413
        assert "more than this page takes" in answer.text


def test_form_of_10_kb_is_read(client):
    assert client.post("/admin/login/", {"username": "a" * 10_000, "password": "b"}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_body_where_none_belongs_is_refused_unread(client, method):
    answer = client.generic(method, "/gallery", CONTENT_LENGTH="1000", **UNREADABLE)
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/", "/gallery", "/admin/login/"])
def test_body_without_a_length_is_refused_unread(client, path):
    assert post(client, b"", path, HTTP_TRANSFER_ENCODING="chunked", **UNREADABLE).status_code == 413


@pytest.mark.django_db(transaction=True)
def test_ten_clients_with_the_same_picture():
    body, together = pictures.png(2600, 2000), threading.Barrier(10)

    def one(number):
        try:
            together.wait(30)
            return accept(SimpleUploadedFile(f"{number}.png", body))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(one, range(10)))
    assert [result.problem for result in results if not result.ok and not result.busy] == []
    image = Image.objects.get()
    assert image.visibility == "visible"
    assert accepted(body).pk == image.pk


def test_csrf_for_every_form():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 403
    assert send(client, ("a.jpg", pictures.jpeg())).status_code == 403
