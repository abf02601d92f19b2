from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from gallery.management.commands import recaption as command
from gallery.models import Annotation, Job, Recaption
from gallery.work import recaption
from processors.captioning.choice import Choice
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db


def run(capsys, *arguments: str) -> str:
    call_command("recaption", *arguments)
    return capsys.readouterr().out


@pytest.fixture
def gemini(settings) -> None:
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("gemini", "gemini-3.5-flash-lite"), Decimal("0.02")
    cost = {"model": "gemini-3.5-flash-lite", "author": "model", "cost_usd": Decimal("0.0005")}
    Annotation.objects.create(image=make(1, captioned_by="offline"), **cost)


@pytest.fixture
def worker(monkeypatch) -> None:
    """What a worker would do while the command waits."""

    def work(_: float) -> None:
        recaption.top_up(4)
        Job.objects.filter(state="queued").update(state="done")

    monkeypatch.setattr(command.time, "sleep", work)


@pytest.mark.usefixtures("worker")
def test_it_works(capsys):
    for number in (1, 2):
        make(number)
    said = run(capsys, "--model", "gemini-x")
    assert said.splitlines() == [
        "2 pictures.",
        "It costs nothing: no model is asked.",
        "Begun: captions by gemini-x. The worker does it, so the site must be running.",
        "0 of 2 pictures.",
        "2 of 2 pictures. Done.",
    ]
    assert Recaption.objects.get().ended_at


@pytest.mark.usefixtures("gemini")
def test_a_dry_run_says_what_it_will_cost_and_changes_nothing(capsys):
    said = run(capsys, "--without-ai", "--dry-run").splitlines()
    assert said[0] == "1 picture."
    assert said[1].startswith("About 0.000500 USD, as the latest captions cost, and at most 0.0")
    assert said[2] == "This month's budget has 0.0200 USD of 0.0200 USD left."
    assert said[3].startswith("That may not be enough.")
    assert said[4] == "Nothing was changed."
    assert not Recaption.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "words"), [((), "Say which captions: --stale-prompt"), (("--all", "--failed"), "leave it or")]
)
def test_it_has_to_be_said_which(arguments, words):
    make()
    with pytest.raises(CommandError, match=words):
        call_command("recaption", *arguments)
    assert not Recaption.objects.exists()


def test_a_day_that_is_none():
    with pytest.raises(CommandError, match=r"'yesterday' is no day\. Write one like 2026-11-25\."):
        call_command("recaption", "--from", "yesterday")


def test_without_a_price_nothing_begins_that_the_budget_would_let_fail(settings):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("gemini", "gemini-x"), Decimal(1)
    make()
    with pytest.raises(CommandError, match=r"Set CAPTION_PRICE first\. Nothing was changed\."):
        call_command("recaption", "--all")
    assert not Recaption.objects.exists()


def test_where_no_picture_has_such_a_caption_nothing_begins(capsys):
    assert run(capsys, "--stale-prompt") == "No picture has such a caption.\nNothing was changed.\n"
    assert not Recaption.objects.exists()


def test_in_the_background(capsys):
    make()
    assert "Begun: all captions." in run(capsys, "--all", "--background")
    assert Recaption.objects.get().pictures == 1


def test_interrupted_it_goes_on_without_the_command(capsys, monkeypatch):
    make()

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command.time, "sleep", interrupt)
    with pytest.raises(SystemExit):
        call_command("recaption", "--all")
    assert "It goes on without this command." in capsys.readouterr().out
    assert Recaption.objects.get().ended_at is None
