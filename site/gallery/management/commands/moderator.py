"""`manage.py moderator NAME`: an account for the admin pages, or a new password for it."""

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Make NAME a moderator; asks for the password (or reads it from a pipe)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        words = "only pictures and reports: they see the prompts of captions and change none"
        parser.add_argument("--without-prompts", action="store_true", help=words)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first() or User(username=options["name"])
        password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password, user)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages) + " Nothing was changed; try another one.") from None
        user.is_staff = True
        user.set_password(password)
        user.save()
        names = ["Moderators"] if options["without_prompts"] else ["Moderators", "Prompt editors"]
        user.groups.set([*user.groups.exclude(name="Prompt editors"), *Group.objects.filter(name__in=names)])
        self.stdout.write(f"{user.username} is a moderator now: log in at /admin/.")
