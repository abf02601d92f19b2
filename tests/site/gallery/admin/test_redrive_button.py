import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from tests.site.gallery.rows import job, make

pytestmark = pytest.mark.django_db
BUTTON = "/admin/gallery/image/redrive/"


def test_it_works(client, moderator):
    image = make(annotation="failed")
    assert BUTTON in client.get("/admin/gallery/image/").text
    page = client.post(BUTTON, follow=True)
    assert "1 job of 1 picture will be done again." in page.text
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user) == (str(image.pk), moderator)
    assert entry.change_message == "Run again with everything that failed"


def test_it_needs_the_permission_and_a_post(client, moderator):
    image = make(annotation="failed")
    assert client.get(BUTTON).status_code == 405
    client.force_login(User.objects.create_user("looker", is_staff=True))
    assert client.post(BUTTON).status_code == 403
    assert job(image).state == "failed"
