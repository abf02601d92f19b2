"""What visitors have reported: the open ones first."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from gallery import storage
from gallery.models import Report


class Open(admin.SimpleListFilter):
    title = "settled"
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "settled")]

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        return [{**everything, "display": "open"}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        return queryset.filter(settled_at__isnull=self.value() != "yes")


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    list_display = ("picture", "words", "created_at", "settled_at", "settled_by")
    list_display_links = None
    list_filter = (Open,)
    list_select_related = ("image", "settled_by")
    ordering = ("-id",)
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = ("settle",)

    @admin.display(description="picture")
    def picture(self, report: Report) -> str:
        image, page = report.image, reverse("admin:gallery_image_change", args=[report.image_id])
        shown = format_html('<img src="{}" alt="" height="80"> ', storage.url(image.thumbnail_key))
        return format_html('<a href="{}">{}<span dir="auto">{}</span></a>', page, shown, image)

    @admin.display(description="what is wrong")
    def words(self, report: Report) -> str:
        return format_html('<span dir="auto">{}</span>', report.reason)

    @admin.action(description="Settle", permissions=["change"])
    def settle(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        count = queryset.filter(settled_at=None).update(settled_at=timezone.now(), settled_by=request.user.pk)
        self.message_user(request, f"Settled: {count}.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
