"""Whatever was decided can be taken back: the picture, its tags, its job and its reports are as they were."""

import pytest
from django.contrib.auth.models import User
from django.db import connection

from gallery import captions, moderation
from gallery.models import Annotation, Image, Job, Report
from gallery.review import snapshot, verdicts, words
from gallery.review.choice import Choice
from gallery.review.verdicts import Refused
from processors import records
from tests.processors.test_records import CAPTION
from tests.site.gallery.review.rows import due, fresh, said, shown
from tests.site.gallery.rows import job, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create_user("mod")


@pytest.fixture
def other() -> User:
    return User.objects.create_user("other")


def accept(image, person, **changed) -> Annotation:
    return verdicts.accept(image.pk, person, shown(image), said(image, **changed))


def rewrite(image, person) -> Annotation:
    return verdicts.rewrite(image.pk, person, shown(image))


def hide(image, person) -> Annotation:
    return verdicts.hide(image.pk, person, shown(image), "A face.")


def edit(image, person) -> Annotation:
    return accept(image, person, caption="Mine.", tags="tom, dick", text="")


def model_writes(image) -> None:
    """As the processor does it."""
    claim = records.claim(connection, image.object_key, "annotation")
    assert claim
    assert records.finish_annotation(connection, claim, CAPTION)


def everything(image) -> dict:
    """All that a decision may change; not the moment of a job that is done."""
    return snapshot.take(fresh(image))


@pytest.mark.parametrize("decide", [accept, edit, rewrite, hide])
@pytest.mark.parametrize("state", ["done", "failed", "declined", "paused"])
@pytest.mark.parametrize("visibility", ["visible", "waiting"])
def test_it_works(person, decide, state, visibility):
    image = due(annotation={"state": state, "error": "Away."}, visibility=visibility)
    Report.objects.create(image=image)
    before, digest = everything(image), shown(image)
    made = decide(image, person)
    assert everything(image) != before
    assert verdicts.undo(made.pk, person) == image.pk
    assert (everything(image), shown(image)) == (before, digest)
    undone = Annotation.objects.order_by("-id").first()
    assert (undone.verdict, undone.judged, undone.outcome, undone.person) == ("undone", made, "review", person)


def test_a_job_that_was_in_progress_is_due_again(person):
    image = due(annotation="running")
    verdicts.undo(accept(image, person).pk, person)
    assert job(image).state == "running"
    assert records.claim(connection, image.object_key, "annotation")


@pytest.mark.parametrize("taken", [True, False])
def test_of_a_decision_over_a_proposal(person, taken):
    image = due(verdict="accepted")
    proposed = row(image, caption="A dog.", alt_text="Dog", tags=["dog"])
    before = everything(image)
    use = (words.proposed(proposed), proposed.pk) if taken else (said(image), 0)
    made = verdicts.accept(image.pk, person, shown(image), *use)
    verdicts.undo(made.pk, person)
    assert everything(image) == before
    assert words.proposal(fresh(image)) == proposed


def test_the_last_ones_in_turn(person):
    """As Z, Z, Z does it: each of several decisions about one picture, the newest first."""
    image = due()
    states, made = [], []
    for decide in (edit, lambda *both: accept(*both, caption="Again."), hide):
        Image.objects.update(review="due")
        states.append(everything(image))
        made.append(decide(image, person))
    for before, one in zip(reversed(states), reversed(made), strict=True):
        verdicts.undo(one.pk, person)
        assert everything(image) == before


def test_not_in_another_order_not_twice_and_not_anothers(person, other):
    image = due()
    first = edit(image, person)
    second = accept(image, person, caption="Again.")
    for one, who in ((first, person), (second, other)):
        with pytest.raises(Refused):
            verdicts.undo(one.pk, who)
    verdicts.undo(second.pk, person)
    with pytest.raises(Refused, match="has changed this picture since"):
        verdicts.undo(second.pk, person)
    verdicts.undo(first.pk, person)
    undone = Annotation.objects.order_by("-id").first()
    with pytest.raises(Refused):
        verdicts.undo(undone.pk, person)
    assert fresh(image).caption == "A cat."


def test_again_and_again(person):
    image = due()
    for _ in range(3):
        verdicts.undo(accept(image, person).pk, person)
    assert (fresh(image).review, Choice().left()) == ("due", 1)
    assert Annotation.objects.filter(verdict="undone").count() == 3


def test_after_a_model_has_written_anew(person):
    """The caption that was sent back is there again; the new one stays in the ledger."""
    image = due()
    before = everything(image)
    made = rewrite(image, person)
    model_writes(image)
    assert (fresh(image).alt_text, fresh(image).review, fresh(image).verdict) == ("Cat", "due", "")
    verdicts.undo(made.pk, person)
    assert everything(image) == before


def test_not_after_another_has_sent_back_what_the_model_wrote_anew(person, other):
    image = due()
    first = rewrite(image, person)
    model_writes(image)
    second = rewrite(image, other)
    model_writes(image)
    with pytest.raises(Refused, match="has changed this picture since"):
        verdicts.undo(first.pk, person)
    verdicts.undo(second.pk, other)
    verdicts.undo(first.pk, person)
    assert fresh(image).caption == "A cat."


def test_while_the_model_is_asked(person):
    """It is being paid for: what it says comes to the queue."""
    image = due()
    made = rewrite(image, person)
    Job.objects.filter(kind="annotation").update(state="running")
    verdicts.undo(made.pk, person)
    assert (job(image).state, fresh(image).review, fresh(image).verdict) == ("running", "due", "")


@pytest.mark.parametrize("state", ["queued", "paused", "failed", "declined"])
def test_a_model_that_has_said_nothing_is_not_asked_any_more(person, state):
    image = due()
    made = rewrite(image, person)
    Job.objects.filter(kind="annotation").update(state=state, error="The budget is used up.")
    verdicts.undo(made.pk, person)
    assert (job(image).state, job(image).error) == ("done", "")


@pytest.mark.parametrize("decide", [accept, edit, rewrite])
def test_what_was_hidden_since_stays_hidden(person, other, decide):
    image = due()
    made = decide(image, person)
    moderation.hide(Image.objects.filter(pk=image.pk), other, "A face.")
    with pytest.raises(Refused, match="has changed this picture since"):
        verdicts.undo(made.pk, person)
    assert fresh(image).visibility == "hidden"


def test_what_another_has_hidden_again_stays_hidden(person, other):
    image = due()
    made = hide(image, person)
    moderation.hide(Image.objects.filter(pk=image.pk), other, "A number plate.")
    with pytest.raises(Refused):
        verdicts.undo(made.pk, person)
    assert fresh(image).hidden_reason == "A number plate."


def test_what_was_hidden_and_is_shown_again_waits_for_a_review(person):
    image = due()
    made = hide(image, person)
    moderation.show(Image.objects.all())
    assert (fresh(image).review, Choice().left()) == ("due", 1)
    verdicts.undo(made.pk, person)
    assert (fresh(image).visibility, fresh(image).verdict, fresh(image).review) == ("visible", "", "due")


def test_what_was_edited_in_the_admin_since_stays_so(person, other):
    image = due()
    made = accept(image, person)
    captions.write(fresh(image), other, caption="Theirs.", alt_text="", tags=[])
    with pytest.raises(Refused):
        verdicts.undo(made.pk, person)
    assert fresh(image).caption == "Theirs."


def test_tags_that_the_database_takes_for_the_same(person):
    image = due()
    before = snapshot.take(image)
    snapshot.restore(image, {**before, "tags": ["cafe", "café"]}, settled=True)
    assert fresh(image).tags.first().name == "cafe"
