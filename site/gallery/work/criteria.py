"""What a recaption chooses pictures by, as its row keeps it. Each criterion is a look at an index, several go together,
and what a person wrote is never chosen."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import QuerySet

from gallery.models import OFFLINE, PERSON, Image, Prompt, State

Criteria = dict[str, Any]  # of JSON; an empty one chooses every picture


def resolve(
    *,
    stale_prompt: bool = False,
    model: str = "",
    language: str = "",
    without_ai: bool = False,
    failed: bool = False,
    tag: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Criteria:
    """Only what was chosen. The prompts that are stale now, by their ids: not those that are replaced while it runs."""
    chosen: Criteria = {
        "prompts": list(Prompt.objects.filter(active=None).values_list("pk", flat=True)) if stale_prompt else None,
        "model": model,
        "language": language,
        "without_ai": without_ai,
        "failed": failed,
        "tag": tag.strip().lower(),
        "since": since and since.isoformat(),
        "until": until and until.isoformat(),
    }
    return {name: value for name, value in chosen.items() if value or value == []}


def words(criteria: Criteria) -> str:
    """For people, as "captions by gemini-x, in en"."""
    parts = {
        "prompts": "by a prompt that is not active any more",
        "model": "by {}",
        "language": "in {}",
        "without_ai": "written without AI",
        "failed": "that failed",
        "tag": "of pictures with the tag {}",
        "since": "of pictures uploaded from {} on",
        "until": "of pictures uploaded until {}",
    }
    said = [text.format(criteria[name]) for name, text in parts.items() if name in criteria]
    return f"captions {', '.join(said)}" if said else "all captions"


def count(criteria: Criteria) -> int:
    """How many pictures. A person's are taken off by a count of their own: both read indexes only, while a condition
    within the first would read every row."""
    found = _pictures(criteria)
    return found.count() - found.filter(captioned_by=PERSON).count()


def following(criteria: Criteria, after: int, many: int) -> list[int]:
    """The ids of the next pictures behind this id. One prompt at a time: of several, each index range would have to be
    read to its end and sorted."""
    prompts = criteria.get("prompts")
    parts = [criteria] if prompts is None else [{**criteria, "prompts": [prompt]} for prompt in prompts]
    found = {pk for part in parts for pk in _following(part, after, many)}
    return sorted(found)[:many]


def _following(criteria: Criteria, after: int, many: int) -> QuerySet[Image, int]:
    # By the column of the index that finds them: the order is the same, and nothing has to be sorted.
    key = "jobs__image_id" if "failed" in criteria else "tags__image_id" if "tag" in criteria else "pk"
    found = _pictures(criteria, **{f"{key}__gt": after}).exclude(captioned_by=PERSON)
    return found.order_by(key).values_list("pk", flat=True)[:many]


def _pictures(criteria: Criteria, **conditions: Any) -> QuerySet[Image]:
    """All conditions in one `filter`, so that those of a table that is joined are of one row."""
    for name, value in criteria.items():
        conditions |= CONDITIONS[name](value)
    both = criteria.get("model", OFFLINE) != OFFLINE and "without_ai" in criteria
    return Image.objects.none() if both else Image.objects.filter(**conditions)


# What each criterion means for the columns.
CONDITIONS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "prompts": lambda ids: {"prompt__in": ids},
    "model": lambda name: {"captioned_by": name},
    "language": lambda code: {"caption_language": code},
    "without_ai": lambda _: {"captioned_by": OFFLINE},
    "failed": lambda _: {"jobs__kind": "annotation", "jobs__state": State.FAILED},
    "tag": lambda name: {"tags__name": name},
    "since": lambda day: {"uploaded_at__gte": datetime.combine(date.fromisoformat(day), time.min, UTC)},
    "until": lambda day: {"uploaded_at__lte": datetime.combine(date.fromisoformat(day), time.max, UTC)},
}
