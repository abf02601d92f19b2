"""A model's caption of the ledger becomes the current one, because a moderator says so."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path

from gallery import captions
from gallery.models import Annotation, Image


class TakeOver(admin.ModelAdmin):
    """Part of `ImageAdmin`; the buttons are in templates/admin/gallery/image/_ledger.html."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.take_over)
        own: list[URLPattern] = [path("<int:image_id>/take-over/<int:row_id>/", view, name="take_over")]
        return own + super().get_urls()

    def take_over(self, request: HttpRequest, image_id: int, row_id: int) -> HttpResponse:
        """As that moderator's caption, in the language that it has: a person has read and chosen it, and no model
        overwrites it any more."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        image = get_object_or_404(Image, pk=image_id)
        if not self.has_change_permission(request, image):
            raise PermissionDenied
        row = get_object_or_404(Annotation, pk=row_id, image=image, outcome=Annotation.Outcome.CAPTION)
        words = {"language": row.language, "caption": row.caption, "alt_text": row.alt_text, "tags": row.tags}
        if image.caption and row.language not in ("", image.caption_language):
            captions.translate(image, request.user, **words)
        else:
            captions.write(image, request.user, **words, text=row.text)
        self.message_user(request, "The caption was taken over.", messages.SUCCESS)
        return redirect("admin:gallery_image_change", image_id)
