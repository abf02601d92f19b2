"""What a decision does to the picture, its job, its reports and the ledger."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from gallery.models import Annotation, Report
from gallery.review import verdicts, words
from gallery.review.choice import Choice
from gallery.review.verdicts import Refused
from gallery.work import messages
from processors.captioning.choice import Choice as Captioner
from tests.site.gallery.review.rows import due, fresh, said, shown
from tests.site.gallery.rows import active, job, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create_user("mod")


def accept(image, person, use=0, **changed) -> Annotation:
    return verdicts.accept(image.pk, person, shown(image), said(image, **changed), use)


def stands(image) -> tuple:
    now = fresh(image)
    return now.caption, now.captioned_by, now.verdict, now.review


def test_accepted(person):
    image = due(annotation="failed", visibility="waiting")
    model, report = image.annotations.get(), Report.objects.create(image=image)
    made = accept(image, person)
    assert stands(image) == ("A cat.", "gemini-x", "accepted", "")
    assert (fresh(image).reviewed_by, fresh(image).reviewed_at) == (person, made.created_at)
    assert (made.judged, made.verdict, made.outcome, made.author) == (model, "accepted", "review", "person")
    assert (made.caption, made.distance, made.cost_usd) == ("", None, None)
    assert (job(image).state, fresh(image).visibility) == ("done", "visible")
    assert Report.objects.get(pk=report.pk).settled_by == person
    assert Choice().left() == 0


@pytest.mark.parametrize(
    ("changed", "distance"),
    [
        ({"caption": "A cat!"}, 1),
        ({"alt_text": ""}, 3),
        ({"tags": "cat, tom"}, 5),
        ({"tags": ""}, 3),
        ({"text": "NO CATS!"}, 1),
        ({"caption": "Acat.", "text": "CATS"}, 4),
    ],
)
def test_edited(person, changed, distance):
    image = due(visibility="waiting")
    model = image.annotations.get()
    made = accept(image, person, **changed)
    assert stands(image)[1:] == ("person", "edited", "")
    assert (made.judged, made.verdict, made.outcome, made.distance) == (model, "edited", "caption", distance)
    assert words.current(fresh(image)) == words.Words(made.caption, made.alt_text, tuple(made.tags), made.text)
    assert fresh(image).visibility == "visible"


def test_a_tag_that_differs_by_an_accent_only_is_an_edit(person):
    image = due(caption="A cafe.")
    image.tags.create(name="cafe")
    accept(image, person, tags="cat, café")
    assert [tag.name for tag in image.tags.all()] == ["cat", "café"]
    second = accept(image, person, caption="A café.")
    assert (second.distance, stands(image)[0]) == (1, "A café.")
    verdicts.undo(second.pk, person)
    assert stands(image)[0] == "A cafe."
    assert (
        accept(image, person).judged.verdict == "edited"
    )  # not the edit that was undone, whose words MySQL finds as well


def test_an_empty_caption_can_not_be_accepted(person):
    image = due(caption="", captioned_by="", annotation="failed")
    with pytest.raises(Refused, match="can't be empty"):
        accept(image, person)
    accept(image, person, caption="Mine.")
    assert stands(image) == ("Mine.", "person", "edited", "")
    assert (image.annotations.get().judged, job(image).state) == (None, "done")


def test_sent_back(person):
    image = due(visibility="waiting")
    report = Report.objects.create(image=image)
    made = verdicts.rewrite(image.pk, person, shown(image))
    assert stands(image) == ("A cat.", "gemini-x", "rewritten", "")
    assert (made.verdict, made.judged.author, job(image).state) == ("rewritten", "model", "queued")
    assert Report.objects.get(pk=report.pk).settled_by == person
    for state in ("", "reported", "waiting"):  # it comes back by what the model says, not before
        assert Choice(state).left() == 0


@pytest.mark.parametrize(("sent", "state"), [(True, "queued"), (False, "failed")])
def test_sent_back_on_aws(person, settings, monkeypatch, sent, state):
    """Its queue is told; where that can't be done, the picture is among those that failed."""
    settings.ON_AWS = True
    told = []
    monkeypatch.setattr(messages, "sent", lambda image, kind: told.append((image.pk, kind)) or sent)
    image = due()
    verdicts.rewrite(image.pk, person, shown(image))
    assert (told, job(image).state) == ([(image.pk, "annotation")], state)
    assert Choice("failed").left() == (not sent)


def test_a_model_that_is_asked_already_is_not_asked_twice(person):
    image = due(annotation={"state": "running", "attempts": 1})
    verdicts.rewrite(image.pk, person, shown(image))
    assert (job(image).state, job(image).attempts) == ("running", 1)


def test_a_model_at_no_known_price_is_not_asked(person, settings):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Captioner("gemini", "gemini-x"), 1
    image = due()
    with pytest.raises(Refused, match="Nobody knows what the model costs"):
        verdicts.rewrite(image.pk, person, shown(image))
    assert (stands(image)[3], job(image).state) == ("due", "done")


def test_hidden(person):
    image = due(visibility="waiting")
    report = Report.objects.create(image=image)
    with pytest.raises(Refused, match="Say why"):
        verdicts.hide(image.pk, person, shown(image), " \u202e ")
    made = verdicts.hide(image.pk, person, shown(image), "A face.")
    now = fresh(image)
    assert (now.visibility, now.hidden_reason, now.hidden_by, now.verdict, now.review) == (
        *("hidden", "A face.", person, "hidden", ""),
    )
    assert (made.judged.author, Report.objects.get(pk=report.pk).settled_by) == ("model", person)


def test_a_proposal_is_accepted_as_the_models(person):
    image = due(verdict="accepted")
    proposed = row(image, active(), caption="A dog.", alt_text="Dog", tags=["dog"], text="NO DOGS", model="gemini-y")
    made = verdicts.accept(image.pk, person, shown(image), words.proposed(proposed), proposed.pk)
    now = fresh(image)
    assert stands(image) == ("A dog.", "gemini-y", "accepted", "")
    assert (now.prompt, words.current(now)) == (active(), words.proposed(proposed))
    assert (made.judged, made.verdict) == (proposed, "accepted")


def test_a_proposal_is_edited(person):
    image = due(verdict="accepted")
    proposed = row(image, caption="A dog.", alt_text="Dog", tags=["dog"], text="")
    made = accept(image, person, proposed.pk, caption="A dog!", alt_text="Dog", tags="dog", text="")
    assert (made.judged, made.distance, made.verdict) == (proposed, 1, "edited")
    assert stands(image) == ("A dog!", "person", "edited", "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"verdict": "accepted"}, ("A cat.", "gemini-x", "accepted", "")),
        ({"captioned_by": "person", "verdict": "edited"}, ("A cat.", "person", "edited", "")),
        ({"captioned_by": "person", "verdict": "rewritten"}, ("A cat.", "person", "accepted", "")),
        ({"captioned_by": "person"}, ("A cat.", "person", "accepted", "")),  # of before there were reviews
    ],
)
def test_the_caption_before_is_kept_over_a_proposal(person, before, after):
    image = due(**before)
    proposed = row(image, caption="A dog.")
    made = accept(image, person)
    assert (made.verdict, made.judged) == ("kept", proposed)
    assert stands(image) == after


def test_a_persons_caption_that_is_edited_over_a_proposal_is_an_edit_of_that_caption(person):
    image = due()
    first = accept(image, person, caption="Mine.")
    row(image, caption="A dog.")
    type(image).objects.update(review="due")
    made = accept(image, person, caption="Mine!")
    assert (made.judged, made.distance, stands(image)[0]) == (first, 1, "Mine!")


def test_what_has_changed_meanwhile_is_refused(person):
    image = due()
    digest = shown(image)
    accept(image, person)
    decisions = (
        lambda: verdicts.accept(image.pk, person, digest, said(image)),
        lambda: verdicts.rewrite(image.pk, person, digest),
        lambda: verdicts.hide(image.pk, person, digest, "A face."),
        lambda: verdicts.hide(image.pk, person, "", "A face."),  # a form without its digest
    )
    for decide in decisions:
        with pytest.raises(Refused, match="nothing was saved"):
            decide()
    assert Annotation.objects.filter(author="person").count() == 1


def test_what_was_deleted_meanwhile_is_refused(person):
    image = due()
    made = accept(image, person)
    image.delete()
    with pytest.raises(Refused, match="deleted"):
        verdicts.hide(image.pk, person, "x", "A face.")
    with pytest.raises(Refused, match="deleted"):
        verdicts.undo(made.pk, person)


def test_a_model_that_is_being_asked_writes_into_the_ledger_alone(person):
    image = due(annotation="running")
    accept(image, person)
    assert (job(image).state, stands(image)[2:]) == ("done", ("accepted", ""))


def test_reports_of_others_stay_open(person):
    image, other = due(1), due(2)
    Report.objects.create(image=other)
    Report.objects.create(image=image, settled_at=timezone.now())
    accept(image, person)
    assert Report.objects.filter(settled_at=None).count() == 1
