"""/ : what is answered to a body that did not come whole. The rest is in tests/flow and tests/browser."""

import io

import pytest
from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gallery.views.errors import bad_request
from gallery.views.upload import too_many

pytestmark = pytest.mark.django_db
PART = b'--x\r\nContent-Disposition: form-data; name="files"; filename="holiday.jpg"\r\n\r\n' + b"x" * 70_000


class Silent(io.BytesIO):
    """A sender who says nothing more: gunicorn's read ends in an error."""

    def read(self, size: int = -1) -> bytes:
        if not (data := super().read(size)):
            raise TimeoutError
        return data


def send(client, body: bytes, **headers: str):
    whole = {"wsgi.input": Silent(body), "CONTENT_LENGTH": "9000000", "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    return client.generic("POST", "/", **whole, headers=headers)


@pytest.mark.parametrize("checks", [True, False])
def test_interrupted_upload_keeps_the_files_name(checks):
    client = Client(enforce_csrf_checks=checks, headers={"X-CSRFToken": "a" * 32})
    client.cookies["csrftoken"] = "a" * 32
    answer = send(client, PART, **{"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 400
    assert 'dir="auto">holiday.jpg<' in answer.text
    assert "The upload was interrupted" in answer.text
    assert "No file was chosen" not in answer.text


def test_upload_that_was_interrupted_before_its_name_says_so(client):
    assert "The upload was interrupted" in send(client, b"--x\r\n").text


def test_interrupted_form_without_script_is_not_called_expired():
    answer = send(Client(enforce_csrf_checks=True), PART)
    assert (answer.status_code, "holiday.jpg" in answer.text, "expired" in answer.text) == (400, True, False)


def test_form_without_its_token_says_what_to_do():
    answer = Client(enforce_csrf_checks=True).post("/", {"files": SimpleUploadedFile("a.jpg", b"x")})
    assert (answer.status_code, "open the page again" in answer.text) == (403, True)


@pytest.mark.parametrize(("seconds", "words"), [(1, "in 1 second."), (2, "in 2 seconds."), (60, "in 60 seconds.")])
def test_plural_of_the_wait(seconds, words):
    assert too_many(seconds).endswith(words)


@pytest.mark.parametrize(("most", "words"), [(1, "At most 1 file can"), (20, "At most 20 files can")])
def test_plural_of_the_files(rf, settings, most, words):
    settings.MAX_FILES = most
    assert words in bad_request(rf.get("/"), TooManyFilesSent()).text


def test_form_without_a_file_says_what_to_do(client):
    answer = client.post("/", {"other": "x"})
    assert (answer.status_code, "No file was chosen" in answer.text) == (422, True)
