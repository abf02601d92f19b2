"""Pages of the admin that are no list of rows: a model's place in it, with views of our own."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


class OwnPage(admin.ModelAdmin):
    """Has no pages but those of `get_urls`, and no line in the list of models: admin/index.html leads to it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def context(self, request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
        """What the admin's own templates want, and `more`."""
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **more}


def need(request: HttpRequest, permission: str) -> None:
    """PermissionDenied for who has not this permission of the gallery."""
    if not request.user.has_perm(f"gallery.{permission}"):
        raise PermissionDenied
