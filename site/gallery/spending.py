"""What requests to models have cost, from the ledger, and what the month's budget leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Left

from gallery.models import Annotation, Budget
from processors import ledger

MONTHS = 12  # of the past that are named
KEPT_SECONDS = 86_400
BROUGHT = (Annotation.Outcome.CAPTION, Annotation.Outcome.TRIAL)  # a caption


@dataclass(frozen=True)
class Row:
    """The requests of one day (UTC) to one model by one prompt that came to the same. An answer in several languages
    has as many `captions`, and was `paid` for once."""

    day: date
    model: str
    prompt: int | None
    outcome: str
    captions: int
    paid: int
    usd: Decimal


@dataclass(frozen=True)
class Purse:
    """This month's budget. `limit`: 0 is no limit. `spent`: with what is reserved for requests under way."""

    limit: Decimal
    spent: Decimal

    @property
    def left(self) -> Decimal | None:
        """What may still be spent; None without a limit."""
        return max(self.limit - self.spent, Decimal(0)) if self.limit else None


def this_month() -> str:
    """The month of the budget: "2026-11"."""
    return ledger.month_of(datetime.now(UTC))


def purse() -> Purse:
    """Of this month, as it is now."""
    spent = Budget.objects.filter(month=this_month()).values_list("spent_usd", flat=True).first()
    return Purse(settings.ANNOTATION_BUDGET_USD, spent or Decimal(0))


def months() -> list[tuple[str, Decimal]]:
    """The latest months with requests, the newest first, and what each has cost."""
    return list(Budget.objects.order_by("-month").values_list("month", "spent_usd")[:MONTHS])


def first_day(month: str) -> datetime:
    """Of a month such as "2026-11". Raises ValueError for what is none."""
    day = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    if not 2000 <= day.year < 3000:  # a database knows fewer years than Python
        raise ValueError(month)
    return day


def days_of(month: str) -> list[date]:
    """All days of the month."""
    start = first_day(month)
    days = ((start + timedelta(days=number)).date() for number in range(31))
    return [day for day in days if day.month == start.month]


def rows_of(month: str) -> list[Row]:
    """What a month's requests came to."""
    start = first_day(month)
    return rows_between(start, (start + timedelta(days=32)).replace(day=1))


def rows_between(start: datetime, end: datetime) -> list[Row]:
    """What the requests from one midnight to another (UTC) came to. Days that are over change no more: this process
    keeps them for a day, so that only the last ones are read each time."""
    over = min(max(_settled_before(), start), end)
    key = f"spending-{start:%Y-%m-%d}-{over:%Y-%m-%d}"
    kept = cache.get(key)
    if kept is None:
        kept = [_row(*values) for values in _grouped(start, over)]
        cache.set(key, kept, KEPT_SECONDS)
    return [*kept, *(_row(*values) for values in _grouped(over, end))]


def _settled_before() -> datetime:
    """Midnight (UTC), before which no request is under way any more."""
    return (datetime.now(UTC) - timedelta(hours=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _grouped(start: datetime, end: datetime) -> QuerySet[Annotation, Any]:
    """The index `annotations_spending` has all that is asked for: no row of the ledger itself is read. A person's
    captions have no model."""
    asked = Annotation.objects.filter(created_at__gte=start, created_at__lt=end).exclude(model="")
    parts = {"day": Left("created_at", 10), "of": F("model"), "by": F("prompt_id"), "came_to": F("outcome")}
    paid = Count("cost_usd", filter=Q(cost_usd__gt=0))
    sums: dict[str, Any] = {"captions": Count("*"), "paid": paid, "usd": Sum("cost_usd")}
    grouped = asked.order_by().values(**parts).annotate(**sums).order_by("day", "of", "by", "came_to")
    return grouped.values_list(*parts, *sums)


def _row(day: str, model: str, prompt: int | None, outcome: str, captions: int, paid: int, usd: Decimal | None) -> Row:
    return Row(date.fromisoformat(day), model, prompt, outcome, captions, paid, usd or Decimal(0))


@dataclass(frozen=True)
class Total:
    """Of some rows. `captions`: pictures that got a caption by it, on trial or not."""

    requests: int
    captions: int
    usd: Decimal

    @property
    def per_caption(self) -> Decimal | None:
        """What a picture's captions cost on average, with the requests that brought none."""
        return self.usd / self.captions if self.captions else None


def total(rows: list[Row]) -> Total:
    """A row that cost something is counted as often as it was paid for, whatever number of languages it has."""
    asked = [(row.paid if row.usd and row.outcome in BROUGHT else row.captions, row) for row in rows]
    captions = sum(count for count, row in asked if row.outcome in BROUGHT)
    return Total(sum(count for count, _ in asked), captions, sum((row.usd for row in rows), Decimal(0)))


def totals(rows: list[Row], key: Callable[[Row], Any]) -> list[tuple[Any, Total]]:
    """By model, prompt, outcome or day: what cost most comes first."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    found = [(name, total(group)) for name, group in groups.items()]
    return sorted(found, key=lambda each: (-each[1].usd, -each[1].requests))
