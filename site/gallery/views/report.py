"""/images/<uuid>/report : a visitor says that something is wrong with a picture."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gallery.models import Report
from gallery.uploads import rate
from gallery.views.image import visible
from processors import text

RATE = "10/hour"  # of one address
MAX_REASON = 500


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Nothing is kept of who reports."""
    image = visible(request, uuid)
    context = {"image": image, "max_reason": MAX_REASON, "nav": ""}
    if request.method != "POST":
        return render(request, "report.html", context)
    reason = text.clean(request.POST.get("reason", ""), MAX_REASON)
    if not reason:
        problem = "Say in a few words what is wrong with it: a moderator reads it."
        return render(request, "report.html", {**context, "problem": problem}, status=422)
    if not rate.allowed(request, "report", RATE):
        problem = "Many reports came from your address. Try again in an hour: nothing was sent now."
        return render(request, "report.html", {**context, "problem": problem, "reason": reason}, status=429)
    Report.objects.create(image=image, reason=reason)
    return render(request, "report.html", {**context, "sent": True})
