"""The moderators' button "Run everything that failed again", above the list of pictures. A button and no action of the
list: those work on chosen pictures, and not all that failed is a picture in the list yet."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path

from gallery.work.again import redrive

IN_ONE_GO = 200  # jobs of each kind: a few seconds: a person waits for it
WORDS = "Run again with everything that failed"


class RedriveButton(admin.ModelAdmin):
    """Part of `ImageAdmin`; the button itself is in templates/admin/gallery/image/change_list.html."""

    def get_urls(self) -> list[Any]:
        own: list[URLPattern] = [path("redrive/", self.admin_site.admin_view(self.redrive), name="redrive")]
        return own + super().get_urls()

    def redrive(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("gallery.run_again"):
            raise PermissionDenied
        report = redrive(IN_ONE_GO)
        LogEntry.objects.log_actions(cast(int, request.user.pk), report.images, CHANGE, change_message=WORDS)
        for line in report.lines():
            self.message_user(request, line, messages.SUCCESS)
        return redirect("admin:gallery_image_changelist")
