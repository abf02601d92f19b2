"""/about : what is kept of people and pictures, who sees it, and whom to ask."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gallery.models import Prompt


def _vendor() -> str:
    """Who gets to see the pictures, in words; "" for nobody."""
    chosen = settings.CAPTIONER
    if chosen.captioner == "openai":
        return f"at {urlsplit(chosen.url).hostname}"
    return "" if chosen.captioner == "offline" else "of Google (Gemini)"


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    context = {
        "contact": settings.OPERATOR_CONTACT,
        "originals_for_everybody": settings.ORIGINALS_FOR_EVERYBODY,
        "on_aws": settings.ON_AWS,
        "vendor": _vendor(),
        "tells_name": Prompt.objects.filter(active=True, tell_name=True).exists(),
        "nav": "about",
    }
    return render(request, "about.html", context)
