"""How the review of a picture stands, in words for moderators."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from gallery.models import DUE, Image, Verdict
from gallery.spending_words import moment

NOBODY = "by nobody yet"


def cell(image: Image) -> str:
    """For the list: one or two words."""
    if image.review == DUE:
        return "a proposal to review" if image.verdict else "to review"
    return str(Verdict(image.verdict).label) if image.verdict else "–"


def sentence(image: Image) -> str:
    """For the form: what was decided, by whom and when, and what there is to do."""
    words = decided(image.verdict, image.reviewed_by, image.reviewed_at) if image.reviewed_at else NOBODY
    if image.review != DUE:
        return words
    waits = "what a model proposes waits for a review" if image.verdict else "it waits for a review"
    return format_html('{}; <a href="{}">{}</a>', words, _page(), waits)


def decided(verdict: str, person: Any, at: Any) -> str:
    """ "accepted by mod, 25 November 2026, 17:00 UTC"."""
    return f"{Verdict(verdict).label} by {person or 'somebody whose account is gone'}, {moment(at)}"


def _page() -> str:
    return reverse("review")
