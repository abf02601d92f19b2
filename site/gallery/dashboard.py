"""The first page of the admin: what there is to do, as tiles. Each figure leads to the list or page that shows it, and
is there only for who may see that."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.timesince import timesince

from gallery import figures, spending
from gallery.models import OVERDUE, State, job_name
from gallery.spending_words import moment, usd
from processors import records

TITLES = {
    State.FAILED: "Failed",
    State.DECLINED: "Declined by the model",
    OVERDUE: "Overdue",
    State.PAUSED: "Paused",
    State.RUNNING: "In progress",
    State.QUEUED: "Waiting",
}
FOR_PEOPLE = (State.FAILED, State.DECLINED, OVERDUE, State.PAUSED)
NONE = "no"


@dataclass(frozen=True)
class Line:
    """A figure and where it leads."""

    figure: str
    words: str
    url: str

    @property
    def nothing(self) -> bool:
        return self.figure in ("0", NONE)


@dataclass(frozen=True)
class Tile:
    """`urgent`: a person should look. `notes`: sentences below the figures."""

    title: str
    lines: list[Line]
    urgent: bool = False
    notes: tuple[str, ...] = ()


def tiles(user: Any) -> list[Tile]:
    """Of all that this person may see."""
    parts = {
        "change_image": _review,
        "view_report": _reports,
        "view_image": _work,
        "view_recaption": _recaptions,
        "view_budget": _money,
    }
    return [tile for permission, part in parts.items() if user.has_perm(f"gallery.{permission}") for tile in part(user)]


def _review(user: Any) -> Iterator[Tile]:
    """A person should look when visitors can't see what is new; captions may wait."""
    page, due, waiting = reverse("review"), figures.to_review(), figures.to_be_shown()
    lines = [
        Line(_counted(due), f"caption{pluralize(due)}", page),
        Line(_counted(waiting), f"picture{pluralize(waiting)} not shown yet", f"{page}?state=waiting"),
    ]
    yield Tile("To review", lines, waiting > 0)


def _counted(count: int) -> str:
    return f"{count:,}" if count <= figures.MOST else f"over {figures.MOST:,}"


def _reports(user: Any) -> Iterator[Tile]:
    count = figures.reports_open()
    line = Line(f"{count:,}", f"report{pluralize(count)}", reverse("admin:gallery_report_changelist"))
    yield Tile("Reported", [line], count > 0)


def _work(user: Any) -> Iterator[Tile]:
    jobs = figures.jobs()
    kinds = _kinds(user)
    for status, title in TITLES.items():
        counts = {kind: jobs.counts[kind, status] for kind in kinds}
        shown = [(kind, count) for kind, count in counts.items() if count or kind in records.KINDS]
        lines = [_line(f"{count:,}", f"{_word(kind)}{pluralize(count)}", kind, status) for kind, count in shown]
        notes = tuple(_paused(jobs, kinds)) if status == State.PAUSED else ()
        yield Tile(title, lines, status in FOR_PEOPLE and any(counts.values()), notes)
    yield Tile("Longest wait", [_age(jobs, kind) for kind in kinds if kind in jobs.oldest or kind in records.KINDS])


def _kinds(user: Any) -> list[str]:
    """Trials are shown by the page of the prompts, for who may see that."""
    return records.all_kinds() if user.has_perm("gallery.view_prompt") else records.KINDS


def _word(kind: str) -> str:
    """In the middle of a sentence: "caption"."""
    return job_name(kind).split()[0].lower()


def _line(figure: str, words: str, kind: str, status: str) -> Line:
    trial = kind == records.TRIAL
    url = reverse(f"admin:gallery_{'prompt' if trial else 'image'}_changelist")
    return Line(figure, words, url if trial else f"{url}?work={kind}:{status}")


def _paused(jobs: figures.Jobs, kinds: list[str]) -> Iterator[str]:
    for kind in kinds:
        if kind in jobs.paused:
            yield f"{job_name(kind)}: {figures.why_paused(kind)} Until {moment(jobs.paused[kind])} at the latest."


def _age(jobs: figures.Jobs, kind: str) -> Line:
    """How long the oldest job has been due."""
    oldest = jobs.oldest.get(kind)
    if oldest is None:
        return _line(NONE, f"{_word(kind)} is due", kind, State.QUEUED)
    since = timesince(oldest.since, depth=1) if oldest.age.total_seconds() >= 60 else "under a minute"
    return _line(since, f"for a {_word(kind)}", kind, oldest.status)


def _recaptions(user: Any) -> Iterator[Tile]:
    count = figures.recaptions_open()
    line = Line(f"{count:,}", f"run{pluralize(count)} in progress", reverse("admin:recaption"))
    yield Tile("Captions again", [line])


def _money(user: Any) -> Iterator[Tile]:
    purse = spending.purse()
    words = f"of {usd(purse.limit)}" if purse.limit else "without a limit"
    yield Tile("Spent this month", [Line(usd(purse.spent), words, reverse("admin:spending"))], purse.left == 0)
