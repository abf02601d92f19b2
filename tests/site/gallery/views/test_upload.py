"""/ : what is answered to a body that did not come whole. The rest is in tests/flow and tests/browser."""

import io

import pytest
from django.test import Client

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


def test_form_without_a_file_says_what_to_do(client):
    answer = client.post("/", {"other": "x"})
    assert (answer.status_code, "No file was chosen" in answer.text) == (422, True)
