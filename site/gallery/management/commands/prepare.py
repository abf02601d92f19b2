"""`manage.py prepare`: everything that has to be there before the server of one machine starts."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from gallery import backup, readiness
from gallery.models import Image, Visibility
from gallery.uploads.accept import accept
from gallery.work import worker

SAMPLES = Path(__file__).parents[2] / "samples"  # drawn for this, so that no one else's pictures are needed

WORDS = {
    Visibility.VISIBLE: "Sample pictures are in the gallery; moderators can delete them.",
    Visibility.WAITING: "Sample pictures wait for a moderator, as all do with PUBLISH=after review.",
}


class Command(BaseCommand):
    help = "One machine: collect the static files, copy the database and migrate it, load samples at first."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ON_AWS:
            raise CommandError("This is for one machine; on AWS run `python manage.py migrate`.")
        with worker.only_worker():  # migrating under a running site would break it
            self._prepare()

    def _prepare(self) -> None:
        marker = settings.VAR_DIR / "samples-loaded"
        call_command("collectstatic", interactive=False, verbosity=0)
        self._copy_before_migrating()
        call_command("migrate", verbosity=0)
        if not marker.exists() and not Image.objects.exists():
            for sample in sorted(SAMPLES.iterdir()):
                accept(SimpleUploadedFile(sample.name, sample.read_bytes()))
            self.stdout.write(WORDS[Visibility(settings.FIRST_VISIBILITY)])
        marker.touch()

    def _copy_before_migrating(self) -> None:
        if (settings.VAR_DIR / backup.DATABASE).exists() and readiness.migrations() == readiness.NOT_MIGRATED:
            copy = settings.VAR_DIR / "before-migration" / f"{datetime.now():%Y-%m-%d-%H%M%S}.sqlite3"
            backup.copy_database(copy)
            self.stdout.write(f"The database is brought to this version. A copy of it as it was: {copy}")
