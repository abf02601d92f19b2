"""The thumbnail: a 1600 px preview of the upload and, made from it, the 400 px thumbnail."""

from typing import Any

from processors import alike, job, records
from processors.events import Upload
from processors.images.sandbox import Seen, visit

WANTS = ("preview", "thumbnail")


def process(upload: Upload, resources: job.Resources) -> str:
    """Make previews/<uuid>.webp and <prefix><uuid>.webp and record them. Outcomes and errors as `job.run`."""
    return job.run("thumbnail", upload, resources, _make)


def _make(claim: records.Claim, upload: Upload, resources: job.Resources) -> bool:
    with resources.store.get(upload.key) as file:
        seen = visit(file, resources.limits, WANTS)
    return keep(claim, seen, resources)


def keep(claim: records.Claim, seen: Seen, resources: job.Resources) -> bool:
    """Store what a visit has made and record it; False where another worker took over, or the picture is gone."""
    made = {f"previews/{claim.uuid}.webp": seen.preview, f"{resources.prefix}{claim.uuid}.webp": seen.thumbnail}
    for key, body in made.items():
        resources.store.put(key, body, "image/webp")
    columns = _columns(seen, list(made)[1])
    finished = job.record(resources, lambda: _finish(claim, resources, columns))
    if not finished and not records.exists(resources.connection, claim.image_id):
        for key in made:  # of a picture that was deleted meanwhile nothing may stay
            resources.store.delete(key)
    return finished


def _finish(claim: records.Claim, resources: job.Resources, columns: dict[str, Any]) -> bool:
    return records.finish_thumbnail(resources.connection, claim, columns, resources.visibility)


def _columns(seen: Seen, thumbnail_key: str) -> dict[str, Any]:
    facts = seen.facts
    return {
        "thumbnail_key": thumbnail_key,
        "content_type": facts.content_type,
        "byte_size": facts.byte_size,
        "width": facts.width,
        "height": facts.height,
        **alike.hash_bands(seen.hash),
        "taken_at": facts.taken and facts.taken.isoformat(" "),
    }


handler = job.handler(process)
