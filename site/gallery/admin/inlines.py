"""What hangs on a picture, below its form."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from gallery.admin.form import TranslationForm, Translations
from gallery.models import PERSON, STATUSES, Annotation, Job, Translation


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


class Ledger(ReadOnly):
    model = Annotation
    verbose_name_plural = "Captions so far"
    fields = ("created_at", "by", "prompt", "words", "outcome", "language", "tokens", "cost_usd", "take_over")
    readonly_fields = fields

    @admin.display(description="by")
    def by(self, annotation: Annotation) -> str:
        return str(annotation.person) if annotation.person else annotation.by

    @admin.display(description="caption")
    def words(self, annotation: Annotation) -> str:
        return format_html('<span lang="{}" dir="auto">{}</span>', annotation.language, annotation.caption)

    @admin.display(description="tokens in, out")
    def tokens(self, annotation: Annotation) -> str:
        return "" if annotation.input_tokens is None else f"{annotation.input_tokens}, {annotation.output_tokens}"

    @admin.display(description="")
    def take_over(self, annotation: Annotation) -> str:
        """Within the picture's form, whose token it sends."""
        written = annotation.outcome == Annotation.Outcome.CAPTION and annotation.caption
        if annotation.author != Annotation.Author.MODEL or not written:
            return ""
        url = reverse("admin:take_over", args=[annotation.image_id, annotation.pk])
        button = '<button type="submit" class="button" formaction="{}" formnovalidate>Take this caption over</button>'
        return format_html(button, url)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Annotation]:
        """Without requests that were refused, which say nothing and cost nothing."""
        rows = super().get_queryset(request).exclude(outcome=Annotation.Outcome.REFUSED)
        return rows.select_related("person", "prompt")
