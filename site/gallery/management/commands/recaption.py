"""`manage.py recaption`: have captions written again. What it will cost is said before."""

import sys
import time
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gallery import spending_words
from gallery.models import Recaption
from gallery.work import criteria as choosing
from gallery.work import recaption

EVERY_SECONDS = 2.0
CHOOSE = (
    "Say which captions: --stale-prompt, --model, --language, --without-ai, --failed, --tag, --from and --to, alone or"
    " together; or --all for every caption that no person wrote."
)


def day(text: str) -> date:
    """Of an option; argparse shows these words."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day. Write one like 2026-11-25.") from None


class Command(BaseCommand):
    help = (
        "Have captions written again by the active prompt: those that all of the options choose. What a person wrote is"
        " never among them. The worker does it; Ctrl+C ends this command alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--stale-prompt", action="store_true", help="written by a prompt that is not active any more")
        add("--model", default="", help="written by this model")
        add("--language", default="", help="in this language, such as en")
        add("--without-ai", action="store_true", help="written without AI")
        add("--failed", action="store_true", help="that failed")
        add("--tag", default="", help="of pictures with this tag")
        add("--from", dest="since", type=day, metavar="DAY", help="uploaded on this day (UTC) or later")
        add("--to", dest="until", type=day, metavar="DAY", help="uploaded on this day (UTC) or before")
        add("--all", action="store_true", help="every caption that no person wrote")
        add("--dry-run", action="store_true", help="say how many there are and what they will cost, and end")
        add("--background", action="store_true", help="do not wait until they are written")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("stale_prompt", "model", "language", "without_ai", "failed", "tag", "since", "until")
        criteria = choosing.resolve(**{name: options[name] for name in names})
        if bool(criteria) == options["all"]:
            raise CommandError(CHOOSE if not criteria else "--all chooses everything: leave it or the others out.")
        preview = recaption.preview(criteria)
        for line in spending_words.lines(preview.estimate, preview.purse):
            self.stdout.write(line)
        if options["dry_run"] or not preview.estimate.pictures:
            self.stdout.write("Nothing was changed.")
            return
        if not preview.possible:
            raise CommandError(f"{spending_words.NO_PRICE} Nothing was changed.")
        run = recaption.begin(criteria, preview.estimate.pictures)
        self.stdout.write(f"Begun: {choosing.words(criteria)}. The worker does it, so the site must be running.")
        if not options["background"]:
            self._follow(run)

    def _follow(self, run: Recaption) -> None:
        said: Any = None
        try:
            while not (now := recaption.progress(run)).finished:
                if (news := (now.settled * 100 // max(now.pictures, 1), now.why_paused)) != said:  # each hundredth
                    self.stdout.write(spending_words.progress(now.settled, now.pictures, now.why_paused))
                    said = news
                time.sleep(EVERY_SECONDS)
                run.refresh_from_db()
        except KeyboardInterrupt:
            self.stdout.write("It goes on without this command. Moderators see it in the admin, and can stop it there.")
            sys.exit(130)
        end = "Stopped." if run.stopped else "Done."
        self.stdout.write(f"{spending_words.progress(now.settled, now.pictures, '')} {end}")
