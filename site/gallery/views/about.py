"""/about : what is kept of people and pictures, who sees it, and whom to ask."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    context = {
        "contact": settings.OPERATOR_CONTACT,
        "originals_for_everybody": settings.ORIGINALS_FOR_EVERYBODY,
        "on_aws": settings.ON_AWS,
        "model": settings.CAPTIONER.captioner != "offline",
        "nav": "about",
    }
    return render(request, "about.html", context)
