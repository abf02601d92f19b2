"""What a model writes, and what a person has accepted: on SQLite, and on MariaDB with TEST_DATABASE=mysql."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from gallery.models import Image, Job
from gallery.review import verdicts, words
from processors import ledger, records
from processors.captioning import Words
from tests.processors.test_records import CAPTION
from tests.site.gallery.review.rows import due, fresh, said, shown

pytestmark = pytest.mark.django_db
NEW = replace(CAPTION, words=(Words("en", "A dog.", "Dog", ("dog",)), Words("de", "Ein Hund.", "Hund", ("hund",))))


@pytest.fixture
def person() -> User:
    return User.objects.create_user("mod")


def claimed(image: Image) -> records.Claim:
    Job.objects.filter(image=image).update(state="queued", due_at=timezone.now() - timedelta(seconds=1))
    claim = records.claim(connection, image.object_key, "annotation")
    assert claim
    return claim


def finish(image: Image, claim: records.Claim) -> bool:
    """As the processor does it: the picture, then the ledger."""
    finished = records.finish_annotation(connection, claim, NEW)
    ledger.settle(connection, claim, None, NEW.request, NEW.words)
    return finished


def test_what_nobody_has_looked_at_is_overwritten_and_due():
    image = due(verdict="rewritten", review="", reviewed_at=timezone.now())
    assert finish(image, claimed(image))
    now = fresh(image)
    assert (now.caption, now.review, now.verdict, now.reviewed_at, now.reviewed_by) == ("A dog.", "due", "", None, None)
    assert [tag.name for tag in now.tags.all()] == ["dog"]
    assert words.proposal(now) is None


@pytest.mark.parametrize("changed", [{}, {"caption": "Mine."}])
def test_what_was_accepted_or_edited_stays_and_the_new_one_is_a_proposal(person, changed):
    image = due()
    verdicts.accept(image.pk, person, shown(image), said(image, **changed))
    before = words.current(fresh(image))
    assert finish(image, claimed(image))
    now = fresh(image)
    assert (words.current(now), now.review, now.reviewed_by) == (before, "due", person)
    assert not now.translations.exists()
    proposed = words.proposal(now)
    assert proposed
    assert proposed.caption == "A dog."


def test_a_persons_caption_of_before_there_were_reviews_stays():
    image = due(captioned_by="person", review="")
    assert finish(image, claimed(image))
    now = fresh(image)
    assert (now.caption, now.review, [tag.name for tag in now.tags.all()]) == ("A cat.", "due", [])
    assert words.proposal(now)


def test_accepted_while_the_model_was_asked(person):
    """The reviewer was first: the answer only gets into the ledger."""
    image = due()
    claim = claimed(image)
    verdicts.accept(image.pk, person, shown(image), said(image))
    assert not finish(image, claim)
    now = fresh(image)
    assert (now.caption, now.verdict, now.review, now.annotations.count()) == ("A cat.", "accepted", "", 4)


def test_accepted_just_after_the_model_wrote(person):
    """The model was first: nobody accepts what they have not seen."""
    image = due()
    digest, claim = shown(image), claimed(image)
    assert finish(image, claim)
    with pytest.raises(verdicts.Refused, match="nothing was saved"):
        verdicts.accept(image.pk, person, digest, words.typed("A cat.", "Cat", "cat", "NO CATS"))
    assert (fresh(image).caption, fresh(image).review) == ("A dog.", "due")


def test_undone_and_claimed_anew(person):
    """What was in progress when it was accepted goes on after the undo."""
    image = due()
    claim = claimed(image)
    made = verdicts.accept(image.pk, person, shown(image), said(image))
    verdicts.undo(made.pk, person)
    assert finish(image, claim)
    assert fresh(image).caption == "A dog."
