"""`manage.py prepare`: everything that has to be there before the server of one machine starts."""

import os
import socket
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from gallery import backup, readiness
from gallery.models import Image
from gallery.uploads.accept import accept

SAMPLES = Path(__file__).parents[2] / "samples"  # drawn for this, so that no one else's pictures are needed


def _refuse_a_second_server() -> None:
    bind = os.environ.get("BIND", "127.0.0.1:5000")
    host, _, port = bind.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(2)
        if port.isdecimal() and probe.connect_ex((host or "127.0.0.1", int(port))) == 0:
            raise CommandError(
                f"Something listens on {bind} already. If it is this site, use it or stop it first; else name another"
                " address, such as BIND=127.0.0.1:5001, and another VAR_DIR if both are to run."
            )


class Command(BaseCommand):
    help = "One machine: collect the static files, copy the database and migrate it, load samples at first."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ON_AWS:
            raise CommandError("This is for one machine; on AWS run `python manage.py migrate`.")
        _refuse_a_second_server()
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        marker = settings.VAR_DIR / "samples-loaded"
        call_command("collectstatic", interactive=False, verbosity=0)
        self._copy_before_migrating()
        call_command("migrate", verbosity=0)
        if not marker.exists() and not Image.objects.exists():
            self._load_samples()
        marker.touch()

    def _copy_before_migrating(self) -> None:
        if (settings.VAR_DIR / backup.DATABASE).exists() and readiness.migrations() == readiness.NOT_MIGRATED:
            copy = settings.VAR_DIR / "before-migration" / f"{datetime.now():%Y-%m-%d-%H%M%S}.sqlite3"
            backup.copy_database(copy)
            self.stdout.write(f"The database is brought to this version. A copy of it as it was: {copy}")

    def _load_samples(self) -> None:
        for sample in sorted(SAMPLES.iterdir()):
            accept(SimpleUploadedFile(sample.name, sample.read_bytes()))
        self.stdout.write("Sample pictures are in the gallery; moderators can delete them.")
