"""`manage.py restore FOLDER`: what `backup` wrote, in place of what is here."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from gallery import backup
from gallery.work import worker


class Command(BaseCommand):
    help = "Put the database and pictures of a backup in FOLDER in place of those of this machine. Stop the site first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if settings.ON_AWS:
            raise CommandError("This is for one machine; on AWS, RDS and S3 keep backups: see docs/deploy.md.")
        if not (folder / backup.DATABASE).is_file():
            raise CommandError(f"{folder} is no backup: there is no {backup.DATABASE} in it. Nothing was changed.")
        with worker.only_worker():
            connection.close()
            pictures, files = backup.restore(folder)
        call_command("migrate", verbosity=0)
        self.stdout.write(
            f"Restored from {folder}. Pictures: {pictures}; files: {files}. What was here before is in"
            f" {settings.VAR_DIR}/before-restore-…; delete it when all is well."
        )
