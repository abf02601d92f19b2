"""What hangs on a picture, below its form: to be read only."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from gallery.models import STATUSES, Annotation, Job


class ReadOnly(admin.TabularInline):
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.has_perm("gallery.view_image"))


class Jobs(ReadOnly):
    model = Job
    verbose_name_plural = "Work"
    fields = readonly_fields = ("kind", "stands", "attempts", "due_at", "started_at", "finished_at", "error")
    ordering = ("id",)

    @admin.display(description="state")
    def stands(self, job: Job) -> str:
        return str(STATUSES[job.status])


class Ledger(ReadOnly):
    model = Annotation
    verbose_name_plural = "Captions so far"
    fields = readonly_fields = ("created_at", "by", "caption", "language", "cost_usd")

    @admin.display(description="by")
    def by(self, annotation: Annotation) -> str:
        return str(annotation.person) if annotation.person else annotation.by

    def get_queryset(self, request: HttpRequest) -> QuerySet[Annotation]:
        return super().get_queryset(request).select_related("person")
