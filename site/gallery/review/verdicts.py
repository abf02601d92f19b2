"""What a person decides about a caption. Each decision is a row of the ledger that names the row it is about, and keeps
how the picture was, so that it can be undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connection, transaction
from django.utils import timezone

from gallery import captions, estimates, moderation
from gallery.models import PROTECTED, Annotation, Image, Job, Report, State, Verdict, Visibility
from gallery.review import snapshot, words
from gallery.work import again
from processors import search_index
from processors.text import clean

Person = AbstractBaseUser | AnonymousUser
CHANGED = "Somebody else, or a model, has changed this picture meanwhile. Look at it again: nothing was saved."
EMPTY = "A caption can't be empty. Write one, have the model write it, or skip the picture."
NO_REASON = "Say why it is hidden: other moderators read it."
GONE = "This picture was deleted meanwhile."
SETTLES = (Verdict.ACCEPTED, Verdict.EDITED, Verdict.KEPT)  # they end the work on the caption
NOT_YOURS = "Somebody has changed this picture since, so that it can't be undone."


class Refused(Exception):
    """Nothing was done; the text says why, for a moderator."""


def accept(pk: int, person: Person, shown: str, said: words.Words, use: int = 0) -> Annotation:
    """The caption is right as `said` has it: unchanged (accepted), or changed by this person (edited). `use`: the id of
    the proposal that `said` began with; 0: the current caption. Whoever was waiting to see the picture does so now, and
    what was reported is settled. `shown`: `words.shown` of what the person saw. Returns the row of the ledger; raises
    Refused."""
    if not said.caption:
        raise Refused(EMPTY)
    with _locked(pk, shown) as image:
        proposal = words.proposal(image)
        taken = proposal if proposal and proposal.pk == use else None
        row = _accepted(image, person, said, taken, proposal)
        _settle(image, person, row)
    return row


def _accepted(
    image: Image, person: Person, said: words.Words, taken: Annotation | None, proposal: Annotation | None
) -> Annotation:
    before, judged = snapshot.take(image), taken or captions.current_row(image)
    if not words.same(said, words.proposed(taken) if taken else words.current(image)):
        of: Any = {"caption": said.caption, "alt_text": said.alt_text, "tags": list(said.tags), "text": said.text}
        return captions.write(image, person, **of, judged=judged, before=before)
    if taken:
        _take_over(image, taken)
    if proposal and not taken:
        return _record(image, person, Verdict.KEPT, proposal, before)
    return _record(image, person, Verdict.ACCEPTED, judged, before)


def rewrite(pk: int, person: Person, shown: str) -> Annotation:
    """The caption is not good enough: ask the model again. What it says comes back to the queue."""
    if not estimates.may_be_paid():
        raise Refused("Nobody knows what the model costs, and there is a budget: it can't be asked.")
    with _locked(pk, shown) as image:
        before, judged = snapshot.take(image), captions.current_row(image)
        row = _record(image, person, Verdict.REWRITTEN, judged, before)
        _settle_reports(image, person, row)
        queued = again.put_back(image, "annotation")
    again.announce(image, queued)  # to a queue on AWS, and so not within the transaction
    return row


def hide(pk: int, person: Person, shown: str, reason: str) -> Annotation:
    """Nobody but moderators sees it any more."""
    if not clean(reason, 200):
        raise Refused(NO_REASON)
    with _locked(pk, shown) as image:
        before, judged = snapshot.take(image), captions.current_row(image)
        moderation.hide(Image.objects.filter(pk=pk), person, reason)
        return _record(image, person, Verdict.HIDDEN, judged, before)


def undo(row_id: int, person: Person) -> int:
    """Take this person's decision back, if it is the last one about its picture. Returns the picture's id; raises
    Refused."""
    found = Annotation.objects.filter(pk=row_id, person=person.pk).exclude(verdict__in=["", Verdict.UNDONE]).first()
    if found is None or found.image_id is None or found.before is None:
        raise Refused(GONE)
    with _locked(found.image_id) as image:
        if found.reviews.filter(verdict=Verdict.UNDONE).exists() or not _is_last(found, image):
            raise Refused(NOT_YOURS)
        snapshot.restore(image, found.before, settled=found.verdict in SETTLES)
        _add(image, person, Verdict.UNDONE, found, None)
    return image.pk


def _is_last(row: Annotation, image: Image) -> bool:
    """Whether nobody has decided about the picture since, here or in the admin."""
    if image.reviewed_at not in (row.created_at, None):  # without a time: the model has written anew, as it was asked
        return False
    later = image.annotations.filter(pk__gt=row.pk).exclude(verdict__in=["", Verdict.UNDONE])
    if later.exclude(reviews__verdict=Verdict.UNDONE).exists():
        return False
    if row.verdict == Verdict.HIDDEN:
        return image.visibility == Visibility.VISIBLE or image.hidden_by_id == row.person_id
    before = (row.before or {})["visibility"]
    shown = before == Visibility.WAITING and row.verdict in SETTLES
    return image.visibility == (Visibility.VISIBLE if shown else before)


@contextmanager
def _locked(pk: int, shown: str | None = None) -> Iterator[Image]:
    """The picture, nobody else's until the end."""
    with transaction.atomic():
        Job.objects.hold_caption_of(pk)
        image = Image.objects.select_for_update().filter(pk=pk).first()
        if image is None:
            raise Refused(GONE)
        if shown is not None and shown != words.shown(image):
            raise Refused(CHANGED)
        yield image


def _settle(image: Image, person: Person, row: Annotation) -> None:
    """What a good caption ends: the wait of its job, of who wanted to see it, and of who reported it."""
    image.jobs.filter(kind="annotation").exclude(state=State.DONE).update(
        state=State.DONE, error="", finished_at=timezone.now()
    )
    _settle_reports(image, person, row)
    Image.objects.filter(pk=image.pk, visibility=Visibility.WAITING).update(visibility=Visibility.VISIBLE)


def _settle_reports(image: Image, person: Person, row: Annotation) -> None:
    """A moderator has looked at what was reported."""
    Report.objects.filter(image=image, settled_at=None).update(settled_at=row.created_at, settled_by=person.pk)


def _take_over(image: Image, row: Annotation) -> None:
    """A model's proposal becomes the caption, as the model's."""
    image.caption, image.alt_text, image.text = row.caption, row.alt_text, row.text
    image.captioned_by, image.prompt, image.caption_language = row.model, row.prompt, row.language
    image.save(update_fields=["caption", "alt_text", "text", "captioned_by", "prompt", "caption_language"])
    captions.replace_tags(image, row.tags)
    search_index.refresh(connection, image.pk)


def _record(
    image: Image, person: Person, verdict: Verdict, judged: Annotation | None, before: dict[str, Any]
) -> Annotation:
    row = _add(image, person, verdict, judged, before)
    stays = image.verdict if image.verdict in PROTECTED else Verdict.ACCEPTED
    own = stays if verdict == Verdict.KEPT else verdict
    reviewed = {"verdict": own, "reviewed_at": row.created_at, "reviewed_by": person.pk, "review": ""}
    Image.objects.filter(pk=image.pk).update(**reviewed)
    return row


def _add(
    image: Image, person: Person, verdict: Verdict, judged: Annotation | None, before: dict[str, Any] | None
) -> Annotation:
    review = {"author": Annotation.Author.PERSON, "outcome": Annotation.Outcome.REVIEW, "person_id": person.pk}
    return Annotation.objects.create(image=image, **review, verdict=verdict, judged=judged, before=before)
