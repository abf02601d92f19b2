"""The annotation: asks a captioner what is in the upload."""

from datetime import UTC, datetime

from processors import job, ledger, records
from processors.captioning import Description, Subject
from processors.events import Upload
from processors.images.sandbox import visit
from processors.purse import Purse
from processors.store import ObjectMissing

WANTS = ("model",)


def process(upload: Upload, resources: job.Resources) -> str:
    """Have the upload described and record it; where a prompt waits to be tried on it, that is done instead. The trial
    goes first: its message says no more than the annotation's, and must not ask anew for a caption that has failed.
    Outcomes and errors as `job.run`."""
    ledger.open_month(resources.connection, datetime.now(UTC))
    outcome = _run(records.TRIAL, upload, resources)
    return _run("annotation", upload, resources) if outcome == "skipped" else outcome


def _run(kind: str, upload: Upload, resources: job.Resources) -> str:
    purse = Purse(resources)

    def work(claim: records.Claim, upload: Upload, resources: job.Resources) -> bool:
        try:
            captioner, subject = resources.captioner(), _subject(claim, upload, resources, purse)
        except Exception:  # nobody was asked
            purse.give_back()
            raise
        said = captioner.describe(subject, purse)
        return job.record(resources, lambda: _finish(claim, resources, said, purse))

    return job.run(kind, upload, resources, work, purse.begin)


def _finish(claim: records.Claim, resources: job.Resources, said: Description, purse: Purse) -> bool:
    """The ledger has its row in any case, as the model was paid."""
    if claim.kind == records.TRIAL:
        done = records.finish_trial(resources.connection, claim)
    else:
        done = records.finish_annotation(resources.connection, claim, said)
    purse.pay(said)
    return done


def _subject(claim: records.Claim, upload: Upload, resources: job.Resources, purse: Purse) -> Subject:
    """What the model gets to see: from the preview where there is one, as the large original need not be fetched and
    decoded again then."""
    thumbnail_key, width, height, taken, name = records.known(resources.connection, claim)
    told = (name, purse.prompt, resources.language)
    if thumbnail_key:
        try:
            with resources.store.get(f"previews/{claim.uuid}.webp") as preview:
                seen = visit(preview, resources.limits, WANTS)
            return Subject(seen.model, width, height, taken, *told)
        except ObjectMissing:  # somebody tidied the bucket up: the original will do
            pass
    with resources.store.get(upload.key) as original:
        seen = visit(original, resources.limits, WANTS)
    return Subject(seen.model, seen.facts.width, seen.facts.height, seen.facts.taken, *told)


handler = job.handler(process)
