import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gallery import removal
from gallery.models import Image, Job, RemovedPicture
from gallery.uploads import accept as accept_module
from gallery.uploads.accept import accept
from processors import records
from processors.images.check import Busy
from tests import pictures

pytestmark = pytest.mark.django_db


def send(client: Client, *files: tuple[str, bytes], **headers: Any):
    return client.post("/", {"files": [SimpleUploadedFile(name, body) for name, body in files]}, **headers)


def accepted(body: bytes, name: str = "a.jpg") -> Image:
    result = accept(SimpleUploadedFile(name, body))
    assert result.image, result.problem
    return result.image


def stored() -> list[str]:
    try:
        return default_storage.listdir("uploads")[1]
    except FileNotFoundError:
        return []


def test_it_works(client):
    body = pictures.jpeg()
    response = send(client, ("cat.jpg", body))
    image = Image.objects.get()
    assert response.status_code == 200
    assert f"/images/{image.uuid}" in response.text
    assert (image.original_name, image.content_type, image.width) == ("cat.jpg", "image/jpeg", 640)
    assert stored() == [f"{image.uuid}.jpg"]
    with default_storage.open(image.object_key) as file:
        assert file.read() == body


def test_its_thumbnail_is_made_while_it_is_uploaded(client):
    send(client, ("cat.jpg", pictures.jpeg()))
    image = Image.objects.get()
    assert dict(Job.objects.values_list("kind", "state")) == {"thumbnail": "done", "annotation": "queued"}
    assert default_storage.exists(image.thumbnail_key)
    assert default_storage.exists(image.preview_key)
    assert len(image.perceptual_hash) == 16


def test_on_aws_the_functions_make_it(client, settings):
    settings.ON_AWS = True
    image = accepted(pictures.jpeg())
    assert dict(Job.objects.values_list("kind", "state")) == {"thumbnail": "queued", "annotation": "queued"}
    assert not image.thumbnail_key


def test_upload_that_dies_over_the_thumbnail_leaves_it_to_a_worker(client, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*arguments):
        raise Killed

    monkeypatch.setattr("processors.thumbnail.keep", die)
    with pytest.raises(Killed):
        send(client, ("a.jpg", pictures.jpeg()))
    image = Image.objects.get()
    Job.objects.update(due_at=image.uploaded_at)  # the lease is over
    assert records.claim(connection, image.object_key, "thumbnail").attempt == 2


def test_no_place_to_decode_is_said_with_503(client, monkeypatch):
    def busy(*arguments):
        raise Busy("Other pictures are being decoded. Try it again in a minute.")

    monkeypatch.setattr("gallery.uploads.accept.visit", busy)
    response = send(client, ("a.jpg", pictures.jpeg()))
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "Try it again in a minute." in response.text
    assert not Image.objects.exists()


def test_several_files_and_one_is_bad(client):
    good = [(f"{i}.jpg", pictures.jpeg(seed=i)) for i in range(2)]
    response = send(client, *good, ("bad.jpg", b"<html></html>"))
    assert response.status_code == 200
    assert response.text.count('class="result ok"') == 2
    assert "This is a web page" in response.text
    assert Image.objects.count() == len(stored()) == 2


@pytest.mark.parametrize("name", pictures.HOSTILE)
def test_hostile_leaves_nothing(client, name):
    make, words = pictures.HOSTILE[name]
    response = send(client, (name, make()))
    assert response.status_code == 422
    assert re.search(words, response.text)
    assert not Image.objects.exists()
    assert not stored()


def post_name(client: Client, name: str):
    body = b'--b\r\nContent-Disposition: form-data; name=files; filename="' + name.encode() + b'"\r\n\r\n'
    body += pictures.jpeg() + b"\r\n--b--\r\n"
    return client.generic("POST", "/", body, content_type="multipart/form-data; boundary=b")


def test_name_that_is_too_long(client):
    response = post_name(client, "ö" * 500 + ".jpg")
    assert response.status_code == 400
    assert "name is too long" in response.text
    assert not Image.objects.exists()


@pytest.mark.parametrize("name", ["../../etc/cat.jpg", "C:\\\\pictures\\\\cat.jpg"])
def test_of_a_path_only_the_name_is_kept(client, name):
    assert post_name(client, name).status_code == 200
    assert Image.objects.get().original_name == "cat.jpg"


def test_name_is_shown_as_text(client):
    response = post_name(client, "<b>größe\u202e 🐈.jpg")
    assert "&lt;b&gt;größe 🐈.jpg" in response.text
    assert Image.objects.get().original_name == "<b>größe 🐈.jpg"


def test_same_bytes_again(client):
    send(client, ("a.jpg", pictures.jpeg()))
    response = send(client, ("b.jpg", pictures.jpeg()))
    assert "is here already" in response.text
    assert Image.objects.count() == len(stored()) == 1


def test_same_bytes_when_the_object_was_lost(client):
    send(client, ("a.jpg", pictures.jpeg()))
    image = Image.objects.get()
    default_storage.delete(image.object_key)
    send(client, ("a.jpg", pictures.jpeg()))
    assert default_storage.exists(image.object_key)


def test_half_an_upload_is_not_seen_and_the_next_try_makes_it_whole(client, monkeypatch):
    """The instance dies between the row and the object: not even its error handling runs."""

    class Killed(BaseException):
        pass

    def die(key, file):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("gallery.uploads.accept._put", die)
        with pytest.raises(Killed):
            send(client, ("a.jpg", pictures.jpeg()))
    image = Image.objects.get()
    assert "a.jpg" not in client.get("/gallery").text
    assert client.get(f"/images/{image.uuid}").status_code == 404
    send(client, ("a.jpg", pictures.jpeg()))
    assert stored() == [f"{image.uuid}.jpg"]
    assert client.get(f"/images/{image.uuid}").status_code == 200


def test_killed_while_the_original_is_written_and_sent_again(client, monkeypatch):
    """Half a file is never there under its name, and what failed for want of it is done again."""

    class Killed(BaseException):
        pass

    def die(number):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("gallery.storage.os.fsync", die)
        with pytest.raises(Killed):
            send(client, ("a.jpg", pictures.jpeg()))
    assert stored() == []
    Job.objects.update(state="failed", attempts=1, error="The original picture is missing from the storage.")
    assert "is here already" in send(client, ("a.jpg", pictures.jpeg())).text
    assert set(Job.objects.values_list("state", "error")) == {("queued", "")}
    with default_storage.open(Image.objects.get().object_key) as file:
        assert file.read() == pictures.jpeg()


def test_the_same_bytes_while_the_first_upload_fails(client, monkeypatch):
    """The second sender was told that it is here: it stays."""
    body, put = pictures.jpeg(), accept_module._put

    def second_comes_first(image, file):
        monkeypatch.setattr(accept_module, "_put", put)
        assert accepted(body).pk == image.pk
        raise OSError("no space")

    monkeypatch.setattr(accept_module, "_put", second_comes_first)
    client.raise_request_exception = False
    assert send(client, ("a.jpg", body)).status_code == 500
    image = Image.objects.get()
    assert (image.visibility, default_storage.exists(image.object_key)) == ("visible", True)


def test_hidden_picture_again(client):
    send(client, ("a.jpg", pictures.jpeg()))
    Image.objects.update(visibility="hidden")
    assert "has hidden it" in send(client, ("a.jpg", pictures.jpeg())).text


def test_deleting_a_hidden_picture_does_not_let_it_in_again(client):
    image = accepted(pictures.jpeg())
    Image.objects.update(visibility="hidden")
    image.refresh_from_db()
    removal.remove([image])
    assert "has hidden it" in send(client, ("a.jpg", pictures.jpeg())).text
    assert RemovedPicture.objects.get().perceptual_hash == image.perceptual_hash
    assert not stored()


def test_storage_fails(client, monkeypatch):
    def fail(key, file):
        raise OSError("no space")

    monkeypatch.setattr("gallery.uploads.accept._put", fail)
    client.raise_request_exception = False
    assert send(client, ("a.jpg", pictures.jpeg())).status_code == 500
    assert not Image.objects.exists()


def test_file_too_large(client, settings):
    settings.MAX_FILE_BYTES = 20_000
    response = send(client, ("a.jpg", pictures.jpeg()))
    assert response.status_code == 422
    assert "at most 0 MB" in response.text


def test_request_too_large(client, settings):
    settings.MAX_FILE_BYTES = settings.MAX_FILES = 1
    response = send(client, ("a.jpg", pictures.jpeg() + b"\0" * 200_000))
    assert response.status_code == 413
    assert "Nothing was stored" in response.text


def test_too_many_files(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    response = send(client, *((f"{i}.jpg", b"x") for i in range(3)))
    assert response.status_code == 400
    assert "At most 20 files" in response.text


def test_no_file(client):
    assert "No file was chosen" in client.post("/", {"csrfmiddlewaretoken": "any"}).text


def test_rate(client, settings):
    settings.UPLOAD_RATE = "2/hour"
    client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    statuses = [send(client, ("a.jpg", b"")).status_code for _ in range(3)]
    assert statuses == [422, 422, 429]
    response = send(client, ("a.jpg", b""), HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert 3500 < int(response["Retry-After"]) <= 3601
    assert response.text.startswith('<li class="result bad">')


def test_script_gets_a_fragment(client):
    response = send(client, ("a.jpg", pictures.jpeg()), HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert response.text.strip().startswith('<li class="result ok">')


def test_csrf_is_asked_for():
    client = Client(enforce_csrf_checks=True)
    response = send(client, ("a.jpg", pictures.jpeg()))
    assert response.status_code == 403
    assert "The form had expired" in response.text


SEEDS = [pictures.jpeg(80, 60), pictures.jpeg(80, 60, progressive=True)] + [
    pictures.encoded(pictures.photo(80, 60), name) for name in ("PNG", "WEBP", "GIF", "AVIF")
]


@pytest.mark.django_db(transaction=False)
@hypothesis_settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.sampled_from(SEEDS), data=st.data())
def test_mutated_pictures_are_taken_or_refused_cleanly(client, seed, data):
    """200 damaged pictures: each ends with a sentence or in the gallery, none with an error of the server."""
    body = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 3)) == 0
    mutated = bytes(body[: data.draw(st.integers(0, len(body)))] if cut else body)
    before = Image.objects.count()
    response = send(client, ("m.jpg", mutated))
    taken = Image.objects.count() - before
    assert response.status_code == (200 if taken or "is here already" in response.text else 422)
