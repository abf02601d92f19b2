"""What one browser has done in its review so far, in its session: how far it is, what it skipped, and what it can undo.
What was decided is in the database."""

from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from gallery.review.choice import Choice

KEPT = 1000  # decisions that can be undone
SKIP, REVIEW = "skip", "review"


@dataclass
class Sitting:
    """`holder`: of the claims. `trail`: what was done, as pairs of SKIP and the picture's id, or REVIEW and the id of
    the row in the ledger. `done`: how many were decided, of this choice."""

    holder: str
    choice: str
    done: int = 0
    trail: list[tuple[str, int]] = field(default_factory=list)

    @property
    def skipped(self) -> list[int]:
        return [pk for kind, pk in self.trail if kind == SKIP]

    def did(self, kind: str, pk: int) -> None:
        self.trail = [*self.trail, (kind, pk)][-KEPT:]
        self.done += kind == REVIEW

    def back(self) -> tuple[str, int] | None:
        """The last thing that was done, which is forgotten; None where there is none."""
        if not self.trail:
            return None
        kind, pk = self.trail.pop()
        self.done -= kind == REVIEW and self.done > 0  # it may be of the choice before
        return kind, pk

    def again(self) -> None:
        """What was skipped comes once more."""
        self.trail = [each for each in self.trail if each[0] != SKIP]

    def keep(self, session: SessionBase) -> None:
        session["review"] = {"holder": self.holder, "choice": self.choice, "done": self.done, "trail": self.trail}


def of(session: SessionBase, choice: Choice) -> Sitting:
    """The browser's sitting; with another choice it begins anew, and what was done can still be undone."""
    kept: dict[str, Any] = session.get("review") or {}
    trail = [(str(kind), int(pk)) for kind, pk in kept.get("trail", [])]
    holder = kept.get("holder") or token_hex(16)
    if kept.get("choice") != choice.encoded:
        return Sitting(holder, choice.encoded, 0, [each for each in trail if each[0] == REVIEW])
    return Sitting(holder, choice.encoded, int(kept.get("done", 0)), trail)
