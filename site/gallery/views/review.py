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

from gallery.models import Image, Verdict
from gallery.review import asking, choice, claims, page, sample, sitting, verdicts, words
from gallery.review.choice import Choice
from gallery.review.sitting import REVIEW, SKIP, Sitting
from gallery.views.image import may_edit
from gallery.views.review_choice import ChoiceForm
from gallery.views.upload import by_script

View = Callable[[HttpRequest], HttpResponse]
SAID = {
    Verdict.ACCEPTED: "Accepted.",
    Verdict.EDITED: "Saved.",
    Verdict.REWRITTEN: "The model is asked again.",
    Verdict.HIDDEN: "Hidden.",
    Verdict.KEPT: "Kept as it was.",
}
NOTHING_TO_UNDO = "There is nothing left to undo."
TAKEN = "Somebody else has that picture before them. Here is the next one."
SAMPLE_SIZE = 100
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
    at = _number(request.GET.get("at"))
    shown = page.one(at, sits, request.user, _number(request.GET.get("use"))) if at else None
    if at and not shown:
        messages.warning(request, TAKEN)
    return _answer(request, chosen, sits, shown)


@never_cache
@require_POST
@reviewers_only
def draw(request: HttpRequest) -> HttpResponse:
    """A random sample of what the address has chosen, and its own address."""
    size = _number(request.POST.get("size")) or SAMPLE_SIZE
    return redirect(address(sample.draw(choice.of(request.GET), size, request.user)))


def address(chosen: Choice, **more: Any) -> str:
    parts = [part for part in (chosen.encoded, urlencode(more)) if part]
    return reverse("review") + ("?" if parts else "") + "&".join(parts)


def _decide(request: HttpRequest, chosen: Choice, sits: Sitting) -> HttpResponse:
    pk, act = _number(request.POST.get("image")), ACTIONS.get(request.POST.get("action", ""), _unknown)
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
    pk, use = (_number(request.POST.get(name)) for name in ("image", "use"))
    shown = page.one(pk, sits, request.user, use) if pk else None
    if shown:
        typed = _typed(request) if "caption" in request.POST else None
        shown = page.of(shown.image, use, typed, problem)
    else:
        messages.error(request, problem)
    return _answer(request, chosen, sits, shown, problem)


def _answer(
    request: HttpRequest, chosen: Choice, sits: Sitting, first: page.Shown | None, problem: str = ""
) -> HttpResponse:
    sits.keep(request.session)
    have = {_number(pk) for pk in request.POST.get("have", "").split(",")}
    context: dict[str, Any] = {
        "page": page.make(chosen, sits, request.user, first, have),
        "ask": asking.asking(request.user),
        "address": address(chosen),
        "problem": problem,
        "reasons": REASONS,
    }
    if not by_script(request):
        size = {"sample_size": SAMPLE_SIZE, "sample_address": f"{reverse('review-sample')}?{chosen.encoded}"}
        context |= {"form": ChoiceForm.of(chosen), "nav": "review", **size}
    template = "_review.html" if by_script(request) else "review.html"
    return render(request, template, context, status=422 if problem else 200)


def _typed(request: HttpRequest) -> words.Words:
    return words.typed(*(request.POST.get(name, "") for name in ("caption", "alt_text", "tags", "text")))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else 0


# What each button does: in words, and the picture that is to come next where that is not the queue's next one (0).
Done = tuple[str, int]


def _did(sits: Sitting, pk: int, row: Any) -> Done:
    sits.did(REVIEW, row.pk)
    claims.give_back(sits.holder, pk)
    return SAID[row.verdict], 0


def _accept(request: HttpRequest, sits: Sitting, pk: int) -> Done:
    use = _number(request.POST.get("use"))
    row = verdicts.accept(pk, request.user, request.POST.get("shown", ""), _typed(request), use)
    return _did(sits, pk, row)


def _rewrite(request: HttpRequest, sits: Sitting, pk: int) -> Done:
    if not request.user.has_perm("gallery.run_again"):
        raise PermissionDenied
    return _did(sits, pk, verdicts.rewrite(pk, request.user, request.POST.get("shown", "")))


def _hide(request: HttpRequest, sits: Sitting, pk: int) -> Done:
    reason = request.POST.get("reason", "")
    return _did(sits, pk, verdicts.hide(pk, request.user, request.POST.get("shown", ""), reason))


def _skip(request: HttpRequest, sits: Sitting, pk: int) -> Done:
    if Image.objects.filter(pk=pk).exists() and pk not in sits.skipped:
        sits.did(SKIP, pk)
    claims.give_back(sits.holder, pk)
    return "Skipped.", 0


def _undo(request: HttpRequest, sits: Sitting, pk: int) -> Done:
    """Of what was refused the next one back is tried next time."""
    last = sits.back()
    if last is None:
        raise verdicts.Refused(NOTHING_TO_UNDO)
    kind, of = last
    if kind == SKIP:
        return "Undone.", of
    # Before it is in the queue again: else somebody else may get it first.
    claims.take(Image.objects.filter(annotations=of), sits.holder, request.user, 1)
    return "Undone.", verdicts.undo(of, request.user)


def _again(request: HttpRequest, sits: Sitting, pk: int) -> Done:
    sits.again()
    return "What was skipped comes once more.", 0


def _unknown(request: HttpRequest, sits: Sitting, pk: int) -> Done:
    raise verdicts.Refused("The page did not say what to do: nothing was saved. Use one of its buttons.")


ACTIONS = {"accept": _accept, "rewrite": _rewrite, "hide": _hide, "skip": _skip, "undo": _undo, "again": _again}
