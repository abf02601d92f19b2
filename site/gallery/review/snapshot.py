"""How a picture was before somebody reviewed it, as its ledger keeps it, and how it becomes so again."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from gallery import captions
from gallery.models import Image, Job, Report, State
from processors import search_index

_NAMES = (
    "caption",
    "alt_text",
    "text",
    "captioned_by",
    "caption_language",
    "prompt_id",
    "review",
    "verdict",
    "reviewed_at",
    "reviewed_by_id",
    "visibility",
    "hidden_reason",
    "hidden_by_id",
    "hidden_at",
)
_TIMES = ("reviewed_at", "hidden_at")


def take(image: Image) -> dict[str, Any]:
    """All that a review may change, for a column of JSON."""
    values = {name: getattr(image, name) for name in _NAMES}
    values |= {name: values[name] and values[name].isoformat() for name in _TIMES}
    job = image.jobs.filter(kind="annotation").values("state", "error").first()
    reports = list(image.reports.filter(settled_at=None).values_list("pk", flat=True))
    return {**values, "tags": [tag.name for tag in image.tags.all()], "job": job, "reports": reports}


def restore(image: Image, before: dict[str, Any], *, settled: bool) -> None:
    """The opposite, within the caller's transaction. `settled`: the review has ended the work on the caption, so that
    its job is put back as well; else it is unless the model is being asked right now."""
    values = {name: before[name] for name in _NAMES}
    values |= {name: values[name] and datetime.fromisoformat(values[name]) for name in _TIMES}
    Image.objects.filter(pk=image.pk).update(**values)
    captions.replace_tags(image, before["tags"])
    search_index.refresh(connection, image.pk)
    Report.objects.filter(pk__in=before["reports"]).update(settled_at=None, settled_by=None)
    if before["job"]:
        jobs = Job.objects.filter(image=image, kind="annotation")
        jobs = jobs.filter(state=State.DONE) if settled else jobs.exclude(state=State.RUNNING)
        jobs.update(**before["job"], due_at=timezone.now(), finished_at=timezone.now())
