"""`manage.py redrive` and its button on one machine; what AWS adds is in tests/flow/test_redrive.py."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from gallery import cards, dispatch
from gallery.models import EVENT_LIFE, Image
from gallery.redrive import redrive
from tests.site.gallery.test_pages import make, moderator  # noqa: F401

pytestmark = pytest.mark.django_db
BUTTON = "/admin/gallery/image/redrive/"
LONG_AGO = timezone.now() - EVENT_LIFE - timedelta(minutes=1)


@pytest.fixture
def jobs(monkeypatch) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(dispatch, "_enqueue", lambda key, stage: found.append((key, stage)))
    return found


def test_it_works(jobs):
    image = make(annotation_state="failed", annotation_attempts=3, annotation_error="Gemini is away.")
    make(2)
    out = StringIO()
    call_command("redrive", stdout=out)
    image.refresh_from_db()
    assert (image.annotation_state, image.annotation_attempts, image.annotation_error) == ("queued", 0, "")
    assert jobs == [(image.object_key, "annotation")]
    assert out.getvalue() == "1 pictures go on again (1 thumbnails and captions).\n"


@pytest.mark.parametrize(
    ("values", "again"),
    [
        ({"annotation_state": "declined"}, False),
        ({"annotation_state": "running", "annotation_started_at": LONG_AGO}, True),
        ({"annotation_state": "running", "annotation_started_at": timezone.now()}, False),
        ({"annotation_state": "queued", "uploaded_at": LONG_AGO}, True),
        ({"annotation_state": "queued"}, False),
        ({"annotation_state": "queued", "annotation_finished_at": LONG_AGO, "uploaded_at": LONG_AGO}, True),
        ({"annotation_state": "queued", "annotation_finished_at": timezone.now(), "uploaded_at": LONG_AGO}, False),
    ],
)
def test_what_is_meant(jobs, values, again):
    make(annotation_attempts=1, **values)
    assert redrive().stages == again == len(jobs)


def test_both_stages_of_a_picture_are_one_picture(jobs):
    make(thumbnail_state="failed", annotation_state="failed")
    report = redrive()
    assert (len(report.images), report.stages) == (1, 2)


def test_again_at_once_does_nothing(jobs):
    make(annotation_state="failed", uploaded_at=LONG_AGO)
    assert [redrive().stages, redrive().stages] == [1, 0]


def test_bounded(jobs):
    for number in range(5):
        make(number, annotation_state="failed")
    report = redrive(limit=3)
    assert (report.stages, report.left) == (3, 2)
    assert "2 more pictures wait" in list(report.lines())[1]


def test_button(client, moderator, jobs):  # noqa: F811
    image = make(annotation_state="failed")
    assert BUTTON in client.get("/admin/gallery/image/").text
    page = client.post(BUTTON, follow=True)
    assert "1 pictures go on again" in page.text
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user, entry.change_message) == (
        str(image.pk),
        moderator,
        "Run again with everything that failed",
    )


def test_button_needs_the_permission_and_a_post(client, moderator):  # noqa: F811
    make(annotation_state="failed")
    assert client.get(BUTTON).status_code == 405
    client.force_login(User.objects.create_user("looker", is_staff=True))
    assert client.post(BUTTON).status_code == 403
    assert Image.objects.get().annotation_state == "failed"


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"annotation_state": "running", "annotation_started_at": LONG_AGO}, "No caption could be written", "failed"),
        (
            {"annotation_state": "queued", "annotation_finished_at": LONG_AGO, "annotation_error": "no answer"},
            "No caption could be written",
            "failed",
        ),
        ({"annotation_state": "queued", "uploaded_at": LONG_AGO}, "Waiting for its caption", "Waiting"),
        (
            {"annotation_state": "running", "annotation_started_at": timezone.now()},
            "Waiting for its caption",
            "Being made",
        ),
    ],
)
def test_last_try_that_never_reached_the_database(settings, values, status, words):
    """Nobody wrote down that it failed: the time says it, and the page stops asking."""
    settings.ON_AWS = True
    image = make(**values)
    image.caption = ""
    row = cards.row_of(image)
    assert cards.status(row) == status
    assert words in cards.stages(image)[1].words
    assert cards.in_work(row) == (words != "failed")
