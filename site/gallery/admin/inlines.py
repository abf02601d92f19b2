"""What hangs on a picture, below its form."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from gallery.admin.form import TranslationForm, Translations
from gallery.models import Translation


class FurtherLanguages(admin.StackedInline):
    """Whoever may change a picture may change these."""

    model = Translation
    form, formset = TranslationForm, Translations
    fields = (("language", "captioned_by"), "caption", "alt_text")
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
