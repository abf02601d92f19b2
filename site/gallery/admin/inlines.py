"""What hangs on a picture, below its form."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from gallery.admin.form import TranslationForm, Translations
from gallery.models import PERSON, STATUSES, Job, Translation


class FurtherLanguages(admin.TabularInline):
    """Whoever may change a picture may change these."""

    model = Translation
    form, formset = TranslationForm, Translations
    fields = ("language", "caption", "alt_text", "captioned_by")
    readonly_fields = ("captioned_by",)
    verbose_name, verbose_name_plural = "caption in a further language", "Captions in further languages"
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.has_perm("gallery.view_image"))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.has_perm("gallery.change_image"))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request)


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
        by_person = job.kind == "annotation" and job.image.captioned_by == PERSON
        return f"{STATUSES[job.status]}{', by a person' if by_person else ''}"
