import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from gallery.models import ClientDay, ReviewClaim
from gallery.storage import ARRIVING, LEFT_SECONDS
from gallery.work import tidy
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db


def leftover(name: str, age: float) -> Path:
    path = Path(default_storage.path(f"uploads/{name}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half of it")
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_leftovers_of_killed_uploads_go():
    old, fresh = leftover(f"{ARRIVING}old", LEFT_SECONDS + 60), leftover(f"{ARRIVING}fresh", 5)
    whole = leftover("whole.jpg", LEFT_SECONDS + 60)
    tidy.tidy()
    assert (old.exists(), fresh.exists(), whole.exists()) == (False, True, True)


def test_what_an_address_sent_on_former_days_is_forgotten():
    today = datetime.now(UTC).date()
    for days in (0, 1, 3):
        ClientDay.objects.create(client="c" * 64, day=today - timedelta(days=days))
    tidy.tidy()
    assert ClientDay.objects.count() == 2


def test_claims_of_reviews_that_ended_long_ago_go():
    for number, hours in enumerate((-1, 0.5, 2)):
        until = timezone.now() - timedelta(hours=hours)
        ReviewClaim.objects.create(image=make(number), holder="a", until=until)
    tidy.tidy()
    assert ReviewClaim.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "review"),
    [
        ({}, "due"),
        ({"verdict": "rewritten"}, "due"),
        ({"verdict": "accepted"}, ""),
        ({"captioned_by": "person"}, ""),
        ({"caption": "", "captioned_by": ""}, ""),
        ({"annotation": "queued", "captioned_by": "gemini-x"}, ""),  # it is being written
        ({"annotation": {"state": "done", "due_at": datetime.now(UTC) - timedelta(days=8)}}, ""),
    ],
)
def test_captions_of_a_former_versions_functions_are_looked_at(values, review):
    """They were written without "due", after the migration."""
    image = make(**values)
    tidy.tidy()
    image.refresh_from_db()
    assert image.review == review


def test_it_is_done_at_the_start_and_each_hour(monkeypatch):
    calls, now = [], [0.0]
    monkeypatch.setattr(tidy, "tidy", lambda: calls.append(now[0]))
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    maybe = tidy.hourly()
    for now[0] in (1, 2, 3600, 3601, 3602):
        maybe()
    assert calls == [1, 3601]
