"""How good the captions of models are, for staff: by model and prompt, as a chart, a table and CSV."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from gallery import quality
from gallery.admin.csv_file import csv_file, harmless
from gallery.admin.own_page import OwnPage, need
from gallery.admin.quality_chart import chart
from gallery.models import OFFLINE, Prompt, ReviewSample
from gallery.quality import Quality
from gallery.review.choice import Choice

PERIODS = {"30": "the last 30 days", "90": "the last 90 days", "365": "the last 365 days", "all": "all times"}
USUAL = "90"
COLUMNS = (
    "model",
    "prompt",
    "reviewed",
    "accepted unedited",
    "share accepted",
    "share at least",
    "share at most",
    "edited",
    "median characters changed",
    "median share changed",
    "sent back",
    "not taken",
    "declined",
    "USD per accepted caption",
)


@dataclass(frozen=True)
class Row:
    """With names for people. `address`: of the review, for what nobody has checked of these captions."""

    model: str
    prompt: str
    address: str
    quality: Quality

    @property
    def name(self) -> str:
        return f"{self.model}, {self.prompt}"


@admin.register(ReviewSample)
class QualityAdmin(OwnPage):
    """The page, and the same as a file. It needs the permission for spending: it says what captions cost, and both
    groups that have to do with their quality, Moderators and Prompt editors, have had that one from the first."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(require_safe(self.page)), name="quality"),
            path("", wrap(require_safe(self.page)), name="gallery_reviewsample_changelist"),
            path("csv/", wrap(require_safe(self.file)), name="quality_csv"),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        need(request, "view_budget")
        period = _period(request)
        together, found = quality.found(_since(period))
        rows = _named(found)
        context = self.context(
            request,
            "Quality of captions",
            period=period,
            periods=PERIODS,
            words=PERIODS[period],
            together=together,
            rows=rows,
            chart=chart([(row.name, row.quality.reviewed) for row in rows if row.quality.reviewed.count]),
        )
        return TemplateResponse(request, "admin/gallery/quality.html", context)

    def file(self, request: HttpRequest) -> HttpResponse:
        need(request, "view_budget")
        period = _period(request)
        found = _named(quality.found(_since(period))[1])
        rows = ([harmless(row.model), harmless(row.prompt), *_cells(row.quality)] for row in found)
        return csv_file(f"quality-{period}.csv", COLUMNS, rows)


def _period(request: HttpRequest) -> str:
    """Of ?days=30."""
    period = request.GET.get("days") or USUAL
    if period not in PERIODS:
        raise Http404(f"There is no such period. There are: {', '.join(PERIODS)}.")
    return period


def _since(period: str) -> datetime:
    return quality.ALWAYS if period == "all" else quality.first_day(int(period))


def _named(found: list[Quality]) -> list[Row]:
    prompts: dict[int | None, str] = {None: "without a prompt", **dict(Prompt.objects.values_list("pk", "name"))}
    return [
        Row(
            "without AI" if each.model == OFFLINE else each.model,
            prompts.get(each.prompt, str(each.prompt)),
            Choice(model=each.model, prompt=each.prompt or 0).encoded,
            each,
        )
        for each in found
    ]


def _cells(of: Quality) -> list[Any]:
    """Raw numbers; nothing where there is none."""
    reviewed, usd = of.reviewed, of.per_accepted
    shares = (reviewed.share, *reviewed.interval) if reviewed.count else (None, None, None)
    return [
        *(reviewed.count, reviewed.accepted, *map(_share, shares), reviewed.edited),
        *(of.distance, _share(of.changed), reviewed.rewritten, reviewed.kept, of.declined),
        "" if usd is None else f"{usd:.8f}",
    ]


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.6f}"
