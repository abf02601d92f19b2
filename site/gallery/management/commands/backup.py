"""`manage.py backup FOLDER`: database and pictures of one machine, while it runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gallery import backup


class Command(BaseCommand):
    help = "Copy the database and all pictures of this machine into FOLDER. The site may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if settings.ON_AWS:
            raise CommandError("This is for one machine; on AWS, RDS and S3 keep backups: see docs/deploy.md.")
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty. Name a new folder: a backup never overwrites another.")
        pictures, files = backup.back_up(folder)
        self.stdout.write(f"Backed up to {folder}. Pictures: {pictures}; files: {files}.")
