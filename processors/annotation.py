"""The annotation: asks a captioner what is in the upload."""

from processors import job, records
from processors.captioning import Subject
from processors.events import Upload
from processors.images.sandbox import visit
from processors.store import ObjectMissing

WANTS = ("model",)


def process(upload: Upload, resources: job.Resources) -> str:
    """Have the upload described and record it. Outcomes and errors as `job.run`."""
    return job.run("annotation", upload, resources, _describe)


def _describe(claim: records.Claim, upload: Upload, resources: job.Resources) -> bool:
    caption = resources.captioner().describe(_subject(claim, upload, resources))
    return job.record(resources, lambda: records.finish_annotation(resources.connection, claim, caption))


def _subject(claim: records.Claim, upload: Upload, resources: job.Resources) -> Subject:
    """What the model gets to see: from the preview where there is one, as the large original need not be fetched and
    decoded again then."""
    thumbnail_key, width, height, taken = records.known(resources.connection, claim)
    if thumbnail_key:
        try:
            with resources.store.get(f"previews/{claim.uuid}.webp") as preview:
                seen = visit(preview, resources.limits, WANTS)
            return Subject(seen.model, width, height, taken, resources.language)
        except ObjectMissing:  # somebody tidied the bucket up: the original will do
            pass
    with resources.store.get(upload.key) as original:
        seen = visit(original, resources.limits, WANTS)
    return Subject(seen.model, seen.facts.width, seen.facts.height, seen.facts.taken, resources.language)


handler = job.handler(process)
