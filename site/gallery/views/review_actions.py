"""What each button of the review does."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from gallery.models import Image, Verdict
from gallery.review import claims, verdicts, words
from gallery.review.choice import number
from gallery.review.sitting import REVIEW, SKIP, Sitting

SAID = {
    Verdict.ACCEPTED: "Accepted.",
    Verdict.EDITED: "Saved.",
    Verdict.REWRITTEN: "The model is asked again.",
    Verdict.HIDDEN: "Hidden.",
    Verdict.KEPT: "Kept as it was.",
}
NOTHING_TO_UNDO = "There is nothing left to undo."
# What was done, in words; and the picture that comes next, where that is not the queue's next one (0).
Done = tuple[str, int]
Act = Callable[[HttpRequest, Sitting, int], Done]


def typed(request: HttpRequest) -> words.Words:
    """What the fields hold."""
    return words.typed(*(request.POST.get(name, "") for name in ("caption", "alt_text", "tags", "text")))


def _did(sits: Sitting, pk: int, row: Any) -> Done:
    sits.did(REVIEW, row.pk)
    claims.give_back(sits.holder, pk)
    return SAID[row.verdict], 0


def _accept(request: HttpRequest, sits: Sitting, pk: int) -> Done:
    use = number(request.POST.get("use"))
    row = verdicts.accept(pk, request.user, request.POST.get("shown", ""), typed(request), use)
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


def unknown(request: HttpRequest, sits: Sitting, pk: int) -> Done:
    raise verdicts.Refused("The page did not say what to do: nothing was saved. Use one of its buttons.")


ACTIONS: dict[str, Act] = {
    "accept": _accept,
    "rewrite": _rewrite,
    "hide": _hide,
    "skip": _skip,
    "undo": _undo,
    "again": _again,
}
