"""/review : captions, one picture after the other, before a person who says whether they are right. Plain forms; the
script sends the same ones in the background, and takes the pictures that come next out of the answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gallery.review import asking, choice, page, sample, sitting, verdicts
from gallery.review.choice import Choice, number
from gallery.review.sitting import Sitting
from gallery.views.image import may_edit
from gallery.views.review_actions import ACTIONS, typed, unknown
from gallery.views.review_choice import ChoiceForm
from gallery.views.upload import by_script

View = Callable[[HttpRequest], HttpResponse]
TAKEN = "Somebody else has that picture before them. Here is the next one."
SAMPLE_SIZE = 100
SCRIPTS = [f"review{part}.js" for part in ("_tags", "_picture", "_send", "_row", "", "_keys")]  # in this order
REASONS = (
    "It does not belong here.",
    "Somebody in it has not agreed.",
    "It is somebody else’s.",
    "It hurts or shocks.",
)


def reviewers_only(view: View) -> View:
    """Who is not logged in does that first."""

    @wraps(view)
    def inner(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not may_edit(request):
            raise PermissionDenied
        return view(request)

    return inner


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reviewers_only
def review(request: HttpRequest) -> HttpResponse:
    """The choice of pictures is in the address, of what is sent as well."""
    chosen = choice.of(request.GET)
    sits = sitting.of(request.session, chosen)
    if request.method == "POST":
        return _decide(request, chosen, sits)
    if "" in request.GET.values():  # of the form's empty fields
        return redirect(address(chosen))
    at = number(request.GET.get("at"))
    shown = page.one(at, sits, request.user, number(request.GET.get("use"))) if at else None
    if at and not shown:
        messages.warning(request, TAKEN)
    return _answer(request, chosen, sits, shown)


@never_cache
@require_POST
@reviewers_only
def draw(request: HttpRequest) -> HttpResponse:
    """A random sample of what the address has chosen, and its own address."""
    size = number(request.POST.get("size")) or SAMPLE_SIZE
    return redirect(address(sample.draw(choice.of(request.GET), size, request.user)))


def address(chosen: Choice, **more: Any) -> str:
    parts = [part for part in (chosen.encoded, urlencode(more)) if part]
    return reverse("review") + ("?" if parts else "") + "&".join(parts)


def _decide(request: HttpRequest, chosen: Choice, sits: Sitting) -> HttpResponse:
    pk, act = number(request.POST.get("image")), ACTIONS.get(request.POST.get("action", ""), unknown)
    try:
        said, at = act(request, sits, pk)
    except verdicts.Refused as problem:
        sits.keep(request.session)
        return _refused(request, chosen, sits, str(problem))
    if by_script(request):
        shown = page.one(at, sits, request.user) if at else None
        return _answer(request, chosen, sits, shown)
    sits.keep(request.session)
    messages.success(request, said)
    return redirect(address(chosen, **({"at": at} if at else {})))


def _refused(request: HttpRequest, chosen: Choice, sits: Sitting, problem: str) -> HttpResponse:
    """The same picture, with what was typed."""
    pk, use = (number(request.POST.get(name)) for name in ("image", "use"))
    words = typed(request) if "caption" in request.POST else None
    shown = page.again(pk, use, words, problem)
    if not shown and not by_script(request):
        messages.error(request, problem)
    return _answer(request, chosen, sits, shown, problem)


def _answer(
    request: HttpRequest, chosen: Choice, sits: Sitting, first: page.Shown | None, problem: str = ""
) -> HttpResponse:
    sits.keep(request.session)
    have = {number(pk) for pk in request.POST.get("have", "").split(",")}
    context: dict[str, Any] = {
        "page": page.make(chosen, sits, request.user, first, have),
        "ask": asking.asking(request.user),
        "address": address(chosen),
        "problem": problem,
        "reasons": REASONS,
    }
    if not by_script(request):
        size = {"sample_size": SAMPLE_SIZE, "sample_address": f"{reverse('review-sample')}?{chosen.encoded}"}
        context |= {"form": ChoiceForm.of(chosen), "nav": "review", "scripts": SCRIPTS, **size}
    template = "_review.html" if by_script(request) else "review.html"
    return render(request, template, context, status=422 if problem else 200)
