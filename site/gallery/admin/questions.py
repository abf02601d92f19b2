"""What an action of the moderators' list asks before it does something."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse

from gallery.models import Image


def ask(request: HttpRequest, action: str, images: Iterable[Image], question: list[str], yes: str, **more: Any) -> Any:
    """The page that asks; its form sends the same action again with `sure`, and with `reason` if `reason_asked`.
    `price`: lines about what it costs."""
    context = {
        **admin.site.each_context(request),
        **more,
        "title": yes,
        "question": question,
        "action": action,
        "images": images,
        "yes": yes,
    }
    return TemplateResponse(request, "admin/gallery/image/ask.html", context)


def is_sure(request: HttpRequest) -> bool:
    return request.POST.get("sure") == "yes"
