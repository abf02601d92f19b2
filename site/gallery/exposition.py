"""The figures as Prometheus reads them: its text format, 0.0.4.

Written by hand. The official client (prometheus_client, 650 kB in each installation) counts what happens in one
process; our figures are in the database, the same for all processes and instances, and of all that it brings we would
use these lines alone.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.utils import timezone

from gallery import figures, spending
from processors import records

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[dict[str, str], int | float | Decimal]


def text() -> str:
    """All figures, each as a gauge."""
    jobs, purse, now = figures.jobs(), spending.purse(), timezone.now()
    states: list[Sample] = [({"kind": kind, "state": state}, count) for (kind, state), count in jobs.counts.items()]
    since = {kind: jobs.oldest[kind].since if kind in jobs.oldest else now for kind in records.all_kinds()}
    ages: list[Sample] = [({"kind": kind}, (now - due).total_seconds()) for kind, due in since.items()]
    counted = f"; {figures.MOST + 1} for more than {figures.MOST}."
    gauges = (
        gauge("jobs", "Jobs that are not done.", states),
        gauge("queue_age_seconds", "How long the oldest job that is due has been waiting; 0 where none is due.", ages),
        gauge("to_review", f"Captions that wait for a review{counted}", [({}, figures.to_review())]),
        gauge("to_be_shown", f"Pictures that wait for a moderator{counted}", [({}, figures.to_be_shown())]),
        gauge("reports_open", "Reports by visitors that nobody has settled.", [({}, figures.reports_open())]),
        gauge("recaptions_open", "Runs of captions that are written again.", [({}, figures.recaptions_open())]),
        gauge(
            "spent_usd", "USD that captions have cost this month (UTC), reserved ones included.", [({}, purse.spent)]
        ),
        gauge("budget_usd", "USD that captions may cost this month; 0 for no limit.", [({}, purse.limit)]),
    )
    return "".join(gauges)


def gauge(name: str, words: str, samples: Iterable[Sample]) -> str:
    """One metric: what it says, its type, and a line for each set of labels."""
    name = f"image_annotations_{name}"
    head = [f"# HELP {name} {_escaped(words)}", f"# TYPE {name} gauge"]
    return "\n".join([*head, *(f"{name}{_labels(labels)} {float(value)!r}" for labels, value in samples), ""])


def _labels(labels: dict[str, str]) -> str:
    pairs = [f'{name}="{_quoted(value)}"' for name, value in labels.items()]
    return f"{{{','.join(pairs)}}}" if pairs else ""


def _quoted(words: str) -> str:
    return _escaped(words).replace('"', r"\"")


def _escaped(words: str) -> str:
    return words.replace("\\", r"\\").replace("\n", r"\n")
