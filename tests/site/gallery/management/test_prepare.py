import sqlite3
import time

import pytest
from django.core.management import CommandError, call_command

from gallery.models import Image
from gallery.work import worker
from tests.servers.site import manage


@pytest.mark.django_db
def test_it_loads_samples_once(settings, tmp_path):
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    started = time.monotonic()
    call_command("prepare")
    assert time.monotonic() - started < 60
    assert Image.objects.count() >= 8
    assert len({(image.width, image.height) for image in Image.objects.all()}) > 3
    Image.objects.all().delete()
    call_command("prepare")
    assert not Image.objects.exists()  # a moderator deleted them; they do not come back


def test_beside_the_running_site_it_is_refused(settings, tmp_path):
    """Migrating under it would break it."""
    settings.VAR_DIR = tmp_path
    with worker.only_worker(), pytest.raises(CommandError, match="is running already"):
        call_command("prepare")
    assert [path.name for path in tmp_path.iterdir()] == ["worker.lock"]


@pytest.mark.server
def test_the_database_is_copied_before_it_is_migrated(tmp_path):
    environment = {"VAR_DIR": str(tmp_path), "STATIC_ROOT": str(tmp_path / "static")}
    (tmp_path / "samples-loaded").touch()
    assert manage("migrate", "gallery", "0002", "-v0", **environment).returncode == 0
    done = manage("prepare", **environment)
    assert "A copy of it as it was: " in done.stdout, done.stderr
    (copy,) = (tmp_path / "before-migration").iterdir()
    with sqlite3.connect(copy) as former:
        assert former.execute("SELECT thumbnail_state FROM images").fetchall() == []
    assert "copy" not in manage("prepare", **environment).stdout
