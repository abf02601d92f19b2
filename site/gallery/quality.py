"""How good the captions of models are, by what reviewers thought of them: of each model and prompt how many were
accepted unedited, how much was changed in the others, and what an accepted one costs."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain
from math import sqrt
from statistics import NormalDist, median
from typing import Any, NamedTuple

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Length

from gallery import spending
from gallery.models import Annotation, Verdict

# What says something about a caption: a picture is hidden for what it shows.
COUNTED = (Verdict.ACCEPTED, Verdict.EDITED, Verdict.REWRITTEN, Verdict.KEPT)
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
Z = NormalDist().inv_cdf(0.975)  # 95 of 100 intervals have the truth in them


Key = tuple[str, int | None]  # a model, and a prompt's id


class Interval(NamedTuple):
    """Shares, from 0 to 1."""

    low: float
    high: float


def wilson(accepted: int, of: int) -> Interval:
    """Where the share of all captions lies, 95 % sure, if `accepted` of `of` that were drawn at random were so (E. B.
    Wilson, 1927). It holds near 0 and 1 and for few, where the usual interval does not."""
    if not of:
        return Interval(0, 1)
    share, square = accepted / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return Interval(0 if not accepted else middle - half, 1 if accepted == of else middle + half)


@dataclass(frozen=True)
class Reviewed:
    """Captions that were reviewed, by what became of them."""

    accepted: int = 0
    edited: int = 0
    rewritten: int = 0
    kept: int = 0

    @property
    def count(self) -> int:
        return self.accepted + self.edited + self.rewritten + self.kept

    @property
    def share(self) -> float | None:
        """Accepted unedited, from 0 to 1; None while none was reviewed."""
        return self.accepted / self.count if self.count else None

    @property
    def interval(self) -> Interval:
        return wilson(self.accepted, self.count)

    @property
    def words(self) -> str:
        """ "Accepted unedited 87 % (80–92) of 120"."""
        if self.share is None:
            return "Not reviewed yet"
        low, high = (f"{100 * each:.0f}" for each in self.interval)
        return f"Accepted unedited {100 * self.share:.0f} % ({low}–{high}) of {self.count:,}"


@dataclass(frozen=True)
class Quality:
    """Of one model by one prompt (its id). `distance`: the median of the characters that an edit changed; `changed`: of
    the same as a share of what was there; None without an edit. `declined`: requests. `per_accepted`: USD that have to
    be spent until one is accepted unedited, if they go on like this; None where they are free, or nobody knows."""

    model: str
    prompt: int | None
    reviewed: Reviewed
    distance: float | None
    changed: float | None
    declined: int
    per_accepted: Decimal | None


def first_day(days: int) -> datetime:
    """Midnight (UTC) with which the last so many days began, today included."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days - 1)


def found(since: datetime = ALWAYS) -> tuple[Quality, list[Quality]]:
    """All together, and every model and prompt that was reviewed, or asked, since then; the most reviewed first."""
    reviewed, edits, asked = _reviewed(since), _edits(since), _asked(since)
    each = [
        _quality(key, reviewed.get(key, Reviewed()), edits.get(key, []), asked.get(key, []))
        for key in {**reviewed, **asked}
    ]
    together = _quality(("", None), _sum(reviewed.values()), [*chain(*edits.values())], [*chain(*asked.values())])
    paid = [key for key, rows in asked.items() if spending.total(rows).usd]  # what is free makes nothing else cheaper
    of_paid = _sum(reviewed.get(key, Reviewed()) for key in paid)
    together = replace(together, per_accepted=_per_accepted(of_paid, [*chain(*(asked[key] for key in paid))]))
    return together, sorted(each, key=lambda one: (-one.reviewed.count, one.model, one.prompt or 0))


def by_prompt() -> dict[int | None, Reviewed]:
    """Of all models together and of all times."""
    parts: dict[int | None, list[Reviewed]] = {}
    for (_, prompt), reviewed in _reviewed(ALWAYS).items():
        parts.setdefault(prompt, []).append(reviewed)
    return {prompt: _sum(each) for prompt, each in parts.items()}


def effective(since: datetime) -> QuerySet[Annotation]:
    """The reviews that count: of each caption of a model the newest that was not undone. A period ends now, so that
    whatever is newer is in it as well."""
    reviews = Annotation.objects.filter(verdict__in=COUNTED, created_at__gte=since, judged__isnull=False)
    undone = Annotation.objects.filter(verdict=Verdict.UNDONE, created_at__gte=since, judged__isnull=False)
    left = reviews.exclude(pk__in=undone.order_by().values("judged")).order_by()
    newest = left.values("judged").annotate(newest=Max("pk")).values("newest")
    return Annotation.objects.filter(pk__in=newest, judged__author=Annotation.Author.MODEL).order_by()


def _sum(parts: Iterable[Reviewed]) -> Reviewed:
    columns = zip(*(astuple(each) for each in parts), strict=True)
    return Reviewed(*map(sum, columns))


def _reviewed(since: datetime) -> dict[Key, Reviewed]:
    counts: dict[Key, dict[str, int]] = {}
    grouped = effective(since).values("judged__model", "judged__prompt", "verdict").annotate(count=Count("pk"))
    for model, prompt, verdict, count in grouped.values_list("judged__model", "judged__prompt", "verdict", "count"):
        counts.setdefault((model, prompt), {})[verdict] = count
    return {key: Reviewed(**each) for key, each in counts.items()}


def _edits(since: datetime) -> dict[Key, list[tuple[int, int]]]:
    """How many characters each edit has changed, of how many."""
    rows = effective(since).filter(verdict=Verdict.EDITED, distance__isnull=False)
    length = Length("judged__caption") + Length("judged__alt_text") + Length("judged__text")
    edits: dict[Key, list[tuple[int, int]]] = {}
    values: Any = rows.values_list("judged__model", "judged__prompt", "distance", length, "judged__tags")
    for model, prompt, distance, letters, tags in values:
        edits.setdefault((model, prompt), []).append((distance, letters + len(", ".join(tags))))
    return edits


def _asked(since: datetime) -> dict[Key, list[spending.Row]]:
    """The requests of the period."""
    groups: dict[Key, list[spending.Row]] = {}
    for row in spending.rows_between(since, first_day(1) + timedelta(days=1)):
        groups.setdefault((row.model, row.prompt), []).append(row)
    return groups


def _quality(key: Key, reviewed: Reviewed, edits: list[tuple[int, int]], asked: list[spending.Row]) -> Quality:
    """The words of a picture that was deleted are gone, and with them their length."""
    shares = [distance / length for distance, length in edits if length]
    return Quality(
        *key,
        reviewed,
        distance=median(distance for distance, _ in edits) if edits else None,
        changed=median(shares) if shares else None,
        declined=sum(row.captions for row in asked if row.outcome == Annotation.Outcome.DECLINED),
        per_accepted=_per_accepted(reviewed, asked),
    )


def _per_accepted(reviewed: Reviewed, asked: list[spending.Row]) -> Decimal | None:
    """What a caption cost, with the requests that brought none, divided by the share accepted."""
    total = spending.total(asked)
    if not total.per_caption or not reviewed.accepted:
        return None
    return total.per_caption * reviewed.count / reviewed.accepted
