"""/suggest : how the word in the search field may go on, as options of its list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gallery.search import near


@require_safe
@cache_control(public=True, max_age=60)
def suggest(request: HttpRequest) -> HttpResponse:
    """The same for everybody: words say nothing of who may see which picture."""
    return render(request, "_suggestions.html", {"suggestions": near.suggestions(request.GET.get("q", "")[:200])})
