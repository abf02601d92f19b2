"""The moderators' button "Run everything that failed again", above the list of pictures. A button and no action of the
list: those work on chosen pictures, and not all that failed is a picture in the list yet."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from gallery.admin import price
from gallery.work import again

IN_ONE_GO = 200  # jobs of each kind: a few seconds: a person waits for it
WORDS = "Run again with everything that failed"


class RedriveButton(admin.ModelAdmin):
    """Part of `ImageAdmin`; the button itself is in templates/admin/gallery/image/change_list.html."""

    def get_urls(self) -> list[Any]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.redrive)
        own: list[URLPattern] = [path("redrive/", self.admin_site.admin_view(view), name="redrive")]
        return own + super().get_urls()

    def redrive(self, request: HttpRequest) -> HttpResponse:
        """What it comes to and what it costs first; the button there does it."""
        if not request.user.has_perm("gallery.run_again"):
            raise PermissionDenied
        if request.method != "POST":
            return self._ask(request)
        report = again.redrive(IN_ONE_GO)
        LogEntry.objects.log_actions(cast(int, request.user.pk), report.images, CHANGE, change_message=WORDS)
        for line in report.lines():
            self.message_user(request, line, messages.SUCCESS)
        return redirect("admin:gallery_image_changelist")

    def _ask(self, request: HttpRequest) -> HttpResponse:
        found = again.failed(IN_ONE_GO)
        captions = sum(each.jobs for each in found if each.kind == "annotation")
        context = {
            **self.admin_site.each_context(request),
            "title": "Run everything that failed again",
            "found": found,
            "jobs": sum(each.jobs for each in found),
            "left": sum(each.left for each in found),
            "lines": price.lines(captions) if captions else [],
            "problem": price.problem() if captions else "",
            "letters": bool(settings.ON_AWS),
        }
        return TemplateResponse(request, "admin/gallery/image/redrive.html", context)
