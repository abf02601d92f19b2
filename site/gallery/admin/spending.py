"""What captions cost, for staff: by day, model, prompt and outcome, what the budget leaves, and all of it as CSV."""

from calendar import month_name
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from gallery import spending
from gallery.admin.csv_file import csv_file, harmless
from gallery.admin.own_page import OwnPage, need
from gallery.admin.spending_chart import chart
from gallery.models import OFFLINE, Annotation, Budget, Job, Prompt, State, job_name
from gallery.spending import Row, Total, totals
from gallery.spending_words import pictures
from processors import records

COLUMNS = ("day", "model", "prompt", "outcome", "rows", "paid requests", "USD")
TABLES: dict[str, Callable[[Row], Any]] = {
    "model": lambda row: row.model,
    "prompt": lambda row: row.prompt,
    "outcome": lambda row: row.outcome,
}


@admin.register(Budget)
class SpendingAdmin(OwnPage):
    """Three pages: of this month, of another, and the same as a file."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(require_safe(self.page)), name="spending"),
            path("", wrap(require_safe(self.page)), name="gallery_budget_changelist"),
            path("csv/", wrap(require_safe(self.file)), name="spending_csv"),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        need(request, "view_budget")
        month = _month(request)
        rows, prompts = spending.rows_of(month), _prompts()
        days = dict(totals(rows, lambda row: row.day))
        context = self.context(
            request,
            f"Spending in {name_of(month)}",
            month=month,
            months=[(key, name_of(key), usd) for key, usd in spending.months()],
            total=spending.total(rows),
            today=_today(days) if month == spending.this_month() else None,
            tables=[(f"By {name}", _named(totals(rows, key), name, prompts)) for name, key in TABLES.items()],
            chart=chart([(day, days[day].usd if day in days else Decimal(0)) for day in spending.days_of(month)]),
            days=sorted(days.items()),
            purse=spending.purse(),
            paused=_paused(),
        )
        return TemplateResponse(request, "admin/gallery/spending.html", context)

    def file(self, request: HttpRequest) -> HttpResponse:
        need(request, "view_budget")
        month, prompts = _month(request), _prompts()
        found = (
            (row.day, row.model, prompts.get(row.prompt, ""), row.outcome, row.captions, row.paid, f"{row.usd:.8f}")
            for row in spending.rows_of(month)
        )
        rows = ([harmless(str(cell)) for cell in cells] for cells in found)
        return csv_file(f"spending-{month}.csv", COLUMNS, rows)


def name_of(month: str) -> str:
    """ "November 2026"."""
    return f"{month_name[int(month[5:])]} {month[:4]}"


def _month(request: HttpRequest) -> str:
    """Of ?month=2026-11; this one without it."""
    month = request.GET.get("month") or spending.this_month()
    try:
        return f"{spending.first_day(month):%Y-%m}"
    except ValueError:
        raise Http404("There is no such month. Write it like 2026-11.") from None


def _prompts() -> dict[int | None, str]:
    return dict(Prompt.objects.values_list("pk", "name"))


def _named(found: list[tuple[Any, Total]], table: str, prompts: dict[int | None, str]) -> list[tuple[str, Total]]:
    """With names for people."""
    names: dict[str, dict[Any, str]] = {
        "model": {OFFLINE: "without AI"},
        "prompt": {None: "without a prompt", **prompts},
        "outcome": dict(Annotation.Outcome.choices),
    }
    return [(names[table].get(key, str(key)), total) for key, total in found]


def _today(days: dict[Any, Total]) -> Total:
    return days.get(datetime.now(UTC).date(), Total(0, 0, Decimal(0)))


def _paused() -> list[tuple[str, Any]]:
    """What the budget has paused, in words, and when it goes on at the latest. Each kind is one look at an index."""
    found = []
    for kind in ("annotation", records.TRIAL):
        paused = Job.objects.filter(kind=kind, state=State.PAUSED).aggregate(count=Count("pk"), due=Min("due_at"))
        if paused["count"]:
            found.append((f"{job_name(kind)}: {pictures(paused['count'])}", paused["due"]))
    return found
