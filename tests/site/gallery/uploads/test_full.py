"""A full disk: said in words, for each file, and nothing of what was not taken is left."""

import errno
import io

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError

from gallery import storage
from gallery.models import Image, Job
from gallery.uploads import accept as accept_module
from gallery.uploads import handler
from tests import pictures
from tests.site.gallery.uploads.test_accept import accepted, send, stored

pytestmark = pytest.mark.django_db


def full(*arguments, **options):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_it_works(client, monkeypatch):
    monkeypatch.setattr("gallery.storage.os.fsync", full)
    response = send(client, ("cat.jpg", pictures.jpeg()))
    assert response.status_code == 507
    assert "no room here" in response.text
    assert "cat.jpg" in response.text
    assert not Image.objects.exists()
    assert stored() == []


def test_three_of_five_are_there_and_the_page_tells_of_each(client, monkeypatch):
    put, calls = accept_module._put, []

    def put_three(image, file):
        calls.append(image)
        return put(image, file) if len(calls) <= 3 else full()

    monkeypatch.setattr(accept_module, "_put", put_three)
    response = send(client, *((f"{i}.jpg", pictures.jpeg(80, 60, seed=i)) for i in range(5)))
    assert response.status_code == 200
    assert (response.text.count("Uploaded."), response.text.count("no room here")) == (3, 2)
    assert Image.objects.count() == len(stored()) == 3


class SmallDisk(io.BytesIO):
    def write(self, data):
        return full() if self.tell() + len(data) > 100_000 else super().write(data)


def test_disk_that_is_full_while_the_body_comes_in(client, monkeypatch):
    monkeypatch.setattr(handler.tempfile, "TemporaryFile", SmallDisk)
    large, small = pictures.png(400, 300), pictures.jpeg(80, 60)
    assert len(large) > 100_000 > len(small)
    response = send(client, ("large.png", large), ("small.jpg", small))
    assert response.status_code == 200
    assert (response.text.count("Uploaded."), response.text.count("no room here")) == (1, 1)
    assert Image.objects.get().original_name == "small.jpg"


def test_no_file_can_be_made_at_all(client, monkeypatch):
    monkeypatch.setattr(handler.tempfile, "TemporaryFile", full)
    assert send(client, ("a.jpg", pictures.jpeg())).status_code == 507


def test_no_room_for_the_thumbnail_alone(client, monkeypatch):
    monkeypatch.setattr("processors.thumbnail.keep", full)
    assert send(client, ("a.jpg", pictures.jpeg())).status_code == 200
    assert Image.objects.get().visibility == "visible"
    assert Job.objects.get(kind="thumbnail").state == "running"  # a worker takes over when the lease ends


@pytest.mark.parametrize(
    "problem",
    [
        OSError(errno.EDQUOT, "quota"),
        OperationalError("database or disk is full"),
        OperationalError(1114, "The table 'images' is full"),
    ],
)
def test_other_words_for_full(problem):
    assert storage.is_full(problem)


@pytest.mark.parametrize("problem", [OSError(errno.EIO, "I/O"), OperationalError("gone away"), ValueError("disk full")])
def test_other_faults_are_not_called_full(problem):
    assert not storage.is_full(problem)


def test_as_much_as_may_be_stored_here(client, settings):
    accepted(pictures.jpeg())
    settings.MAX_STORED_GB = 1
    Image.objects.update(byte_size=1_000_000_000)
    response = send(client, ("b.jpg", pictures.jpeg(seed=2)))
    assert response.status_code == 507
    assert Image.objects.count() == 1


def test_only_the_first_bytes_are_there(client):
    """The row is there, and an object of another size under its name: the bytes are put again."""
    body = pictures.jpeg()
    image = accepted(body)
    for visibility in ("arriving", "visible"):
        with default_storage.open(image.object_key, "wb") as file:
            file.write(body[:1000])
        Image.objects.update(visibility=visibility)
        assert accepted(body).pk == image.pk
        with default_storage.open(image.object_key) as file:
            assert file.read() == body
