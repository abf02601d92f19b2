"""/about : what is kept of people and pictures, who sees it, and whom to ask."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gallery.models import Job, Prompt, Visibility
from processors.records import TRIAL


def _vendor() -> str:
    """Who gets to see the pictures, in words; "" for nobody."""
    chosen = settings.CAPTIONER
    if chosen.captioner == "openai":
        return f"at {urlsplit(chosen.url).hostname}"
    return "" if chosen.captioner == "offline" else "of Google (Gemini)"


def _told() -> str:
    """What the model knows of a picture beside it, in words; "" for nothing. By the active prompt, or by one that is
    tried."""
    tried = Job.objects.filter(kind=TRIAL).values("prompt")
    asked = list(Prompt.objects.filter(Q(active=True) | Q(pk__in=tried)))
    names = {"the name of its file": "tell_name", "the day when it was taken": "tell_date"}
    return " and ".join(words for words, column in names.items() if any(getattr(each, column) for each in asked))


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    context = {
        "contact": settings.OPERATOR_CONTACT,
        "originals_for_everybody": settings.ORIGINALS_FOR_EVERYBODY,
        "after_review": settings.FIRST_VISIBILITY == Visibility.WAITING,
        "on_aws": settings.ON_AWS,
        "vendor": _vendor(),
        "told": _told(),
        "nav": "about",
    }
    return render(request, "about.html", context)
