import pytest
from django.core.cache import cache

from gallery.models import Report
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(client, request):
    client.defaults["REMOTE_ADDR"] = f"192.0.2.{hash(request.node.name) % 250}"
    cache.clear()


def test_it_works(client):
    image = make()
    assert f"/images/{image.uuid}/report" in client.get(image.get_absolute_url()).text
    answer = client.post(f"/images/{image.uuid}/report", {"reason": "It is mine\u202e.\n"})
    assert "Thank you" in answer.text
    assert Report.objects.get().reason == "It is mine."


def test_a_report_says_why(client):
    image = make()
    assert client.post(f"/images/{image.uuid}/report", {"reason": " "}).status_code == 422
    assert not Report.objects.exists()


def test_rate(client):
    url = f"/images/{make().uuid}/report"
    answers = [client.post(url, {"reason": "x"}).status_code for _ in range(11)]
    assert (answers[9], answers[10], Report.objects.count()) == (200, 429, 10)


def test_of_a_hidden_picture_there_is_nothing_to_report(client):
    assert client.get(f"/images/{make(visibility='hidden').uuid}/report").status_code == 404


def test_moderators_have_the_list(client, moderator):
    image = make()
    report = Report.objects.create(image=image, reason="It is mine.")
    url = "/admin/gallery/report/"
    assert "It is mine." in client.get(url).text
    client.post(url, {"action": "settle", "_selected_action": [report.pk]})
    report.refresh_from_db()
    assert (report.settled_by.username, report.settled_at is None) == ("mod", False)
    assert "It is mine." not in client.get(url).text
    assert "It is mine." in client.get(url, {"settled": "yes"}).text
