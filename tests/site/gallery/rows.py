"""Rows for the tests of the site."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from gallery.models import Annotation, Image, Job, Prompt
from gallery.search import backfill


def make(number: int = 1, *, thumbnail: Any = "done", annotation: Any = "done", **values: Any) -> Image:
    """A picture with its two jobs: each a state, or columns of `Job`."""
    uuid = f"00000000-0000-4000-8000-{number:012}"
    jobs = {"thumbnail": _columns(thumbnail), "annotation": _columns(annotation)}
    values = {"original_name": f"{number}.jpg", "s3_key": f"uploads/{uuid}.jpg", **values}
    if jobs["thumbnail"]["state"] == "done":
        values.setdefault("thumbnail_key", f"thumbnails/{uuid}.webp")
    if jobs["annotation"]["state"] == "done":
        values = {"caption": f"Picture {number}.", "captioned_by": "gemini-x", **values}
    image = Image.objects.create(uuid=uuid, **values)
    for kind, columns in jobs.items():
        Job.objects.create(image=image, kind=kind, **columns)
    return image


def _columns(job: Any) -> dict[str, Any]:
    columns = {"state": job} if isinstance(job, str) else job
    now = timezone.now()
    due = now + timedelta(seconds=160) if columns.get("state") == "running" else now
    return {"state": "queued", "due_at": due, "started_at": now, **columns}


def index() -> None:
    """As the worker does it: the search finds all pictures as they are now."""
    Image.objects.update(indexed=0)
    for _ in backfill.batches():
        pass


def job(image: Image, kind: str = "annotation") -> Job:
    return image.jobs.get(kind=kind)


def finish(image: Image) -> None:
    """As the processors do it."""
    key = f"thumbnails/{image.uuid}.webp"
    Image.objects.filter(pk=image.pk).update(thumbnail_key=key, caption="Now.", captioned_by="gemini-x")
    image.jobs.update(state="done")


def prompt(name: str = "Dry", **values: Any) -> Prompt:
    return Prompt.objects.create(name=name, **values)


def active() -> Prompt:
    return Prompt.objects.get(active=True)


def trial(image: Image, of: Prompt, state: str = "done", **values: Any) -> Job:
    """A job that tries a prompt on the picture."""
    return Job.objects.create(image=image, kind="trial", prompt=of, **{**_columns(state), **values})


def row(image: Image, of: Prompt | None = None, outcome: str = "caption", **values: Any) -> Annotation:
    """Of the ledger: what a model said."""
    said = {"author": "model", "model": "gemini-x", "caption": "A cat.", "language": "en", "tags": ["cat"]}
    return Annotation.objects.create(image=image, prompt=of, outcome=outcome, **{**said, **values})
