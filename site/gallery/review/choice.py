"""Which pictures a review is of. The choice is in the address, so that it can be shared."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from gallery.models import DUE, OFFLINE, Image, ImageTag, Prompt, Report, ReviewSample, State, Verdict, Visibility
from processors.text import clean

# How a picture may stand that a review is of, in words that stand alone.
STATES = {
    "": "not checked",
    "failed": "caption failed",
    "declined": "declined by the model",
    "reported": "reported",
    "waiting": "waiting to be shown",
}
COUNTED = 1000  # further than this nobody counts
FEW = 1000  # pictures that have a tag


@dataclass(frozen=True)
class Choice:
    """`state`: one of STATES. `prompt`, `sample`: ids, 0 for none. `since`, `until`: days of the upload, both
    included."""

    state: str = ""
    tag: str = ""
    model: str = ""
    prompt: int = 0
    since: date | None = None
    until: date | None = None
    sample: int = 0

    @property
    def encoded(self) -> str:
        """As the address has it; "" for all that nobody has checked."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def words(self) -> str:
        """What is chosen, for people."""
        parts = [f"the {len(self._sampled):,} of sample {self.sample}"] if self.sample else []
        parts += [STATES[self.state]] if self.state or not self.sample else []
        parts += ["written without AI" if self.model == OFFLINE else f"by {self.model}"] if self.model else []
        parts += [f"by the prompt “{_name(self.prompt)}”"] if self.prompt else []
        parts += [f"with the tag {self.tag}"] if self.tag else []
        parts += [f"uploaded from {self.since:%-d %B %Y} on"] if self.since else []
        parts += [f"uploaded until {self.until:%-d %B %Y}"] if self.until else []
        return ", ".join(parts)

    def images(self) -> QuerySet[Image]:
        """All of them, in the order in which they come. What was looked at leaves it by itself."""
        found = Image.objects.exclude(visibility__in=[Visibility.HIDDEN, Visibility.ARRIVING])
        if self.state == "waiting":  # not one that a model is asked for again: it comes back with what that says
            found = found.exclude(verdict=Verdict.REWRITTEN, review="")
        conditions, order = _STATES[self.state]() if self.state else ({"review": DUE}, ("uploaded_at", "pk"))
        return found.filter(**conditions).filter(**self._more()).order_by(*order)

    def left(self) -> int:
        """How many are left, counted to COUNTED + 1."""
        return self.images().order_by()[: COUNTED + 1].count()

    def _more(self) -> dict[str, Any]:
        of = {
            "captioned_by": self.model,
            "prompt": self.prompt,
            "uploaded_at__gte": self.since and datetime.combine(self.since, time.min, UTC),
            "uploaded_at__lte": self.until and datetime.combine(self.until, time.max, UTC),
        }
        chosen: dict[str, Any] = {name: value for name, value in of.items() if value}
        if self.sample:
            return chosen | {"pk__in": self._sampled} | ({"tags__name": self.tag} if self.tag else {})
        return chosen | (self._tagged if self.tag else {})

    @cached_property
    def _tagged(self) -> dict[str, Any]:
        """Where few have the tag, they are looked at: the database would walk through the queue for those that may all
        have been reviewed."""
        rows = ImageTag.objects.filter(name=self.tag).order_by("image").values_list("image", flat=True)
        found = list(rows[: FEW + 1])
        return {"tags__name": self.tag} if len(found) > FEW else {"pk__in": found}

    @cached_property
    def _sampled(self) -> list[int]:
        found = ReviewSample.objects.filter(pk=self.sample).values_list("images", flat=True).first()
        return list(found or [])


# The conditions of a state, and the order of the index that finds it.
_STATES = {
    "failed": lambda: _by_job(State.FAILED),
    "declined": lambda: _by_job(State.DECLINED),
    "reported": lambda: ({"pk__in": Report.objects.filter(settled_at=None).values("image")}, ("pk",)),
    "waiting": lambda: ({"visibility": Visibility.WAITING}, ("uploaded_at", "pk")),
}


def _by_job(state: State) -> tuple[dict[str, Any], tuple[str, ...]]:
    return {"jobs__kind": "annotation", "jobs__state": state}, ("jobs__image_id",)


def of(query: Mapping[str, str]) -> Choice:
    """The choice in an address. What makes no sense is left out: an address is typed, cut off and mailed around."""
    state = query.get("state", "")
    return Choice(
        state=state if state in STATES else "",
        tag=clean(query.get("tag", "").lower(), 50),
        model=clean(query.get("model", ""), 64),
        prompt=number(query.get("prompt")),
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        sample=number(query.get("sample")),
    )


def number(text: str | None) -> int:
    """An id that was sent; 0 for none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _name(prompt: int) -> str:
    return Prompt.objects.filter(pk=prompt).values_list("name", flat=True).first() or str(prompt)
