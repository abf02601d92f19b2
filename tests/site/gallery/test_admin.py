from datetime import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gallery import captions
from gallery.models import Annotation, Image
from tests.site.gallery.test_pages import make, moderator  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moderator")]
LIST = "/admin/gallery/image/"


def shown(page: str) -> int:
    """How many pictures a page of the list has."""
    return page.count('name="_selected_action"')


def act(client, action, *images):
    return client.post(LIST, {"action": action, "_selected_action": [image.pk for image in images]}, follow=True)


@pytest.mark.parametrize(
    ("date", "numbers"),
    [("2026", {1, 2, 3}), ("2026-11", {2, 3}), ("2026-11-30", {3}), ("2026-02-30", set()), ("x", {1, 2, 3, 4})],
)
def test_by_date(client, date, numbers):
    days = ["2026-01-05", "2026-11-01", "2026-11-30", "2025-12-31"]
    for number, day in enumerate(days, start=1):
        make(number, uploaded_at=datetime.fromisoformat(f"{day}T23:59:59+00:00"))
    page = client.get(LIST, {"date": date}).text
    assert {number for number in range(1, 5) if f"{number}.jpg" in page} == numbers
    assert "?date=2025" in page
    assert ("November 2026" in page) == date.startswith("2026")


def change(client, image, meanwhile=lambda: None, **data):
    """Fill in the form as its page came; `meanwhile` happens between opening and saving it."""
    url = f"{LIST}{image.pk}/change/"
    values = {"annotations-TOTAL_FORMS": "0", "annotations-INITIAL_FORMS": "0"}
    for field in client.get(url).context["adminform"].form:
        values |= dict.fromkeys((field.html_name, field.html_initial_name), field.value() or "")
    meanwhile()
    assert client.post(url, values | data).status_code == 302
    image.refresh_from_db()


def test_it_works(client):
    image = make()
    page = client.get(LIST).text
    assert "Picture 1." in page
    assert f"/media/{image.thumbnail_key}" in page
    assert client.get(f"{LIST}{image.pk}/change/").status_code == 200


def test_list_runs_a_fixed_number_of_queries(client, django_assert_num_queries):
    for number in range(60):
        make(number)
    with django_assert_num_queries(6) as queries:  # session, user, two of permissions, first and last date, pictures
        client.get(LIST, {"annotation_state": "done", "caption": "model"})
    assert not [query for query in queries if "COUNT" in query["sql"] or "DISTINCT" in query["sql"]]


def test_pages(client):
    for number in range(26):
        make(number)
    first, second = client.get(LIST).text, client.get(LIST, {"p": 2}).text
    assert (shown(first), shown(second)) == (25, 1)
    assert ('href="?p=2"' in first, "Newer" in first) == (True, False)
    assert ('href="?p=1"' in second, "Older" in second) == (True, False)


@pytest.mark.parametrize(("who", "names"), [("offline", 1), ("person", 1), ("model", 1), ("none", 0), ("x", 3)])
def test_filter_by_who_wrote_the_caption(client, who, names):
    for number, writer in enumerate(("offline", "person", "gemini-x")):
        Image.objects.filter(pk=make(number).pk).update(captioned_by=writer)
    assert shown(client.get(LIST, {"caption": who}).text) == names


def test_search_and_filter(client):
    make(1)
    make(2, visibility="hidden")
    assert shown(client.get(LIST, {"q": "picture 2"}).text) == 1
    assert "1.jpg" not in client.get(LIST, {"visibility": "hidden"}).text


def test_caption_by_a_person(client):
    image = make()
    change(client, image, caption="My cat.", alt_text="Cat", tags="Cat, TOM, cat")
    row = Annotation.objects.get()
    assert (image.caption, image.captioned_by) == ("My cat.", "person")
    assert [tag.name for tag in image.tags.all()] == ["cat", "tom"] == row.tags
    assert (row.author, row.person.username) == ("person", "mod")


def test_saving_without_a_change_writes_no_ledger_row(client):
    image = make()
    change(client, image, visibility="hidden")
    assert (image.visibility, image.captioned_by) == ("hidden", "gemini-x")
    assert not Annotation.objects.exists()


def test_a_caption_that_came_meanwhile_is_not_undone(client):
    image = make(annotation_state="running")
    done = {"caption": "A dog.", "annotation_state": "done"}
    change(client, image, lambda: Image.objects.update(**done), visibility="hidden")
    assert (image.visibility, image.caption, image.annotation_state) == ("hidden", "A dog.", "done")
    assert not Annotation.objects.exists()


def test_tags_that_the_database_takes_for_the_same(moderator):  # noqa: F811
    image = make()
    captions.write(image, moderator, caption="", alt_text="", tags=["cafe", "café"])
    assert image.tags.first().name == "cafe"


@pytest.mark.parametrize("words", ["größe", "🐈", "%_", "00000000-0000-4000-8000-000000000001"])
def test_search_for_anything(client, words):
    make()
    found = client.get(LIST, {"q": words})
    assert found.status_code == 200
    assert ("1.jpg" in found.text) == (words[0] == "0")


def test_what_the_storage_does_not_delete_stays_to_be_seen(client, monkeypatch):
    image = make()

    def fail(keys):
        raise OSError

    monkeypatch.setattr("gallery.storage.remove", fail)
    page = client.post(f"{LIST}{image.pk}/delete/", {"post": "yes"}, follow=True)
    assert "It is still there" in page.text
    assert Image.objects.exists()


def test_hide_and_show(client):
    image = make()
    for action, visibility in (("hide", "hidden"), ("show", "visible")):
        act(client, action, image)
        image.refresh_from_db()
        assert image.visibility == visibility
    assert LogEntry.objects.count() == 2


@pytest.mark.parametrize("stage", ["thumbnail", "annotation"])
def test_run_again(client, stage):
    image = make(annotation_attempts=3, thumbnail_attempts=3)
    act(client, f"{stage}_again", image)
    image.refresh_from_db()
    assert (getattr(image, f"{stage}_state"), getattr(image, f"{stage}_attempts")) == ("queued", 0)
    assert "Put back to the queue" in LogEntry.objects.get().change_message


def test_what_is_being_made_is_left_alone(client):
    image = make(thumbnail_state="running", thumbnail_attempts=1)
    act(client, "thumbnail_again", image)
    image.refresh_from_db()
    assert (image.thumbnail_state, image.thumbnail_attempts) == ("running", 1)


def test_delete_removes_the_objects(client, django_capture_on_commit_callbacks):
    image = make()
    Annotation.objects.create(image=image, author="model", tags=[])
    image.tags.create(name="cat")
    keys = (image.object_key, image.preview_key, image.thumbnail_key)
    for key in keys:
        default_storage.save(key, ContentFile(b"x"))
    page = act(client, "delete_selected", image)
    assert "Are you sure" in page.text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(LIST, {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"})
    assert not Image.objects.exists()
    assert not [key for key in keys if default_storage.exists(key)]
    assert LogEntry.objects.count() == 1


def test_the_ledger_can_not_be_changed(client):
    assert client.get("/admin/gallery/annotation/").status_code == 404
    assert client.get(f"{LIST}add/").status_code == 403
