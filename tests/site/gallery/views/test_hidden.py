"""What is hidden, or waits for a moderator, leaks nowhere; what looks like something hidden waits."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gallery.models import Image
from tests import pictures
from tests.site.gallery.rows import index, make
from tests.site.gallery.uploads.test_accept import send

pytestmark = pytest.mark.django_db
WORDS = "Picture 1."
HEADERS = [{}, {"Range": "bytes=0-10"}, {"If-None-Match": "*"}, {"Cookie": "uploader=x"}]


@pytest.mark.parametrize("visibility", ["hidden", "waiting", "arriving"])
def test_it_leaks_nowhere(client, visibility):
    image = make(visibility=visibility, original_name="secret.jpg")
    for key in image.object_keys:
        default_storage.save(key, ContentFile(b"bytes"))
    index()
    own = [f"/images/{image.uuid}{tail}" for tail in ("", "/details", "/original", "/report", "/delete")]
    own += [f"/media/{key}" for key in image.object_keys]
    lists = ["/gallery", "/gallery?q=secret", "/gallery?tag=cat", f"/cards?ids={image.uuid}", "/uploads"]
    for headers in HEADERS:
        for method in (client.get, client.head):
            for url in own:
                assert method(url, headers=headers).status_code == 404, url
            for url in lists:
                assert str(image.uuid) not in method(url, headers=headers).text, url


def hidden(body):
    """A picture that a moderator has hidden."""
    from django.test import Client

    send(Client(), ("bad.jpg", body))
    image = Image.objects.get(original_name="bad.jpg")
    Image.objects.update(visibility="hidden")
    return image


def test_what_looks_like_a_hidden_picture_waits_for_a_moderator(client, moderator):
    body = pictures.jpeg(seed=3)
    hidden(body)
    page = send(client, ("again.jpg", body + b"\0")).text
    assert "A moderator looks at it before it is shown." in page
    image = Image.objects.get(original_name="again.jpg")
    assert image.visibility == "waiting"
    client.post("/admin/gallery/image/", {"action": "show", "_selected_action": [image.pk]})
    image.refresh_from_db()
    assert image.visibility == "visible"


def test_the_same_picture_again_is_not_linked_while_it_waits(client):
    body = pictures.jpeg(seed=3)
    hidden(body)
    send(client, ("again.jpg", body + b"\0"))
    page = send(client, ("same.jpg", body + b"\0")).text
    assert "This picture is here already. A moderator looks at it before it is shown." in page
    assert "See the picture" not in page


def test_another_picture_does_not_wait(client):
    hidden(pictures.jpeg(seed=3))
    send(client, ("other.jpg", pictures.jpeg(seed=4)))
    assert Image.objects.get(original_name="other.jpg").visibility == "visible"


def test_a_waiting_picture_that_is_sent_again_is_linked_for_its_uploader_alone(client):
    from django.test import Client

    body = pictures.jpeg(seed=3)
    hidden(body)
    client.get("/")  # gives the cookie
    send(client, ("again.jpg", body + b"\0"))
    path = Image.objects.get(original_name="again.jpg").get_absolute_url()
    assert path in send(client, ("again.jpg", body + b"\0")).text
    for other in (Client(), Client(headers={"Cookie": "uploader=x"})):
        page = send(other, ("mine.jpg", body + b"\0")).text
        assert "This picture is here already. A moderator looks at it before it is shown." in page
        assert path not in page
