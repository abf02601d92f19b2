"""`manage.py prepare`: everything that has to be there before the server of one machine starts."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from gallery import dispatch, samples, uploads
from gallery.models import Image


class Command(BaseCommand):
    help = "One machine: collect the static files, migrate, take up interrupted work, load samples at first."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ON_AWS:
            raise CommandError("This is for one machine; on AWS run `python manage.py migrate`.")
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        marker = settings.VAR_DIR / "samples-loaded"
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("migrate", verbosity=0)
        if count := dispatch.take_up_interrupted():
            self.stdout.write(f"{count} pieces of work were interrupted and go on now.")
        if not marker.exists() and not Image.objects.exists():
            self._load_samples()
        marker.touch()

    def _load_samples(self) -> None:
        for name, body in samples.draw():
            uploads.accept(SimpleUploadedFile(name, body))
        self.stdout.write("Sample pictures are in the gallery; moderators can delete them.")
