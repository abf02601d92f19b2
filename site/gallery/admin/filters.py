"""Filters of the moderators' list that read no whole table to know their choices."""

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest

from gallery.models import DUE, OFFLINE, PERSON, STATUSES, Image, Verdict, job_name, status_q
from processors import records

_CHOICE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Written(admin.SimpleListFilter):
    """By whom, without asking the database which names there are: that would read every row."""

    title = "caption"
    parameter_name = "caption"
    NAMES = {OFFLINE: "without AI", PERSON: "by a person"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*self.NAMES.items(), ("model", "by a model"), ("none", "none")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        if self.value() == "model":
            return queryset.exclude(captioned_by__in=["", *self.NAMES])
        if self.value() in ("none", *self.NAMES):
            return queryset.filter(captioned_by="" if self.value() == "none" else self.value())
        return queryset


class Review(admin.SimpleListFilter):
    """By what a person thought of the caption: each is one look at an index."""

    title = "review"
    parameter_name = "review"
    CHOICES = {
        DUE: "to review",
        Verdict.ACCEPTED: "accepted",
        Verdict.EDITED: "edited",
        Verdict.REWRITTEN: "sent back to the model",
        "nobody": "by nobody yet",
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(name), words) for name, words in self.CHOICES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        chosen = self.value()
        if chosen == DUE:
            return queryset.filter(review=DUE)
        if chosen in self.CHOICES:
            return queryset.filter(verdict="" if chosen == "nobody" else chosen)
        return queryset


class Work(admin.SimpleListFilter):
    """By how a job stands, a kind and a status at a time: that is one look at an index."""

    title = "work"
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        pairs = [(kind, name, words) for kind in records.KINDS for name, words in STATUSES.items()]
        return [(f"{kind}:{name}", f"{job_name(kind)} {words}") for kind, name, words in pairs]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        kind, _, status = (self.value() or "").partition(":")
        if not kind:
            return queryset
        if status not in STATUSES:
            return queryset.none()
        return queryset.filter(status_q(status, "jobs__"), jobs__kind=kind)


class UploadDate(admin.SimpleListFilter):
    """The way down to a day: years, then the months of one, then its days, in UTC (2026, 2026-11, 2026-11-24). Django's
    `date_hierarchy` asks the database which of them have pictures, and for that reads every row."""

    title = "date of the upload"
    parameter_name = "date"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        ends = Image.objects.aggregate(first=Min("uploaded_at"), last=Max("uploaded_at"))  # two looks at an index
        if not ends["first"]:
            return []
        years = [str(year) for year in range(ends["last"].year, ends["first"].year - 1, -1)]
        year, month, _ = _parts(self.value())
        days = _days(year, month) if month else []
        months = [(f"{year}-{m:02}", f"{calendar.month_name[m]} {year}") for m in range(1, 13)] if year else []
        return [(each, each) for each in years] + months + days

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        year, month, day = _parts(self.value())
        if not year:
            return queryset
        try:
            start = datetime(year, month or 1, day or 1, tzinfo=UTC)
        except ValueError:
            return queryset.none()
        return queryset.filter(uploaded_at__gte=start, uploaded_at__lt=_end(start, month, day))


def _parts(choice: str | None) -> tuple[int, int, int]:
    """Year, month and day of a choice; 0 for what it leaves open."""
    found = _CHOICE.fullmatch(choice or "")
    year, month, day = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return (year, month, day) if 0 < year < 9999 and month <= 12 else (0, 0, 0)


def _days(year: int, month: int) -> list[tuple[str, str]]:
    last = calendar.monthrange(year, month)[1]
    return [(f"{year}-{month:02}-{day:02}", f"{day} {calendar.month_name[month]}") for day in range(1, last + 1)]


def _end(start: datetime, month: int, day: int) -> datetime:
    """The first moment after the year, month or day that begins at `start`."""
    if day:
        return start + timedelta(days=1)
    return (start + timedelta(days=32)).replace(day=1) if month else start.replace(year=start.year + 1)
