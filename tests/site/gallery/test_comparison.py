from decimal import Decimal

import pytest

from gallery import comparison
from gallery.models import Annotation
from gallery.quality import Reviewed
from tests.site.gallery.rows import active, make, prompt, row, trial

pytestmark = pytest.mark.django_db


def test_it_works():
    image, dry = make(), prompt(languages="de, en")
    row(image, active(), caption="Before.", cost_usd=Decimal("0.0005"))
    trial(image, dry)
    row(image, dry, "trial", caption="Dry.", language="en")
    row(image, dry, "trial", caption="Trocken.", language="de", cost_usd=Decimal("0.001"), text="STOP")
    (pair,) = comparison.pairs(dry)
    assert (pair.before.said[0].caption, pair.before.cost, pair.by_active) == ("Before.", "0.000500 USD", True)
    assert [each.caption for each in pair.tried.said] == ["Trocken.", "Dry."]  # the main language first
    assert (pair.tried.text, pair.tried.cost, pair.tried.by) == ("STOP", "0.001000 USD", "gemini-x")


def test_the_latest_answer_counts():
    image, dry = make(), prompt()
    trial(image, dry)
    for caption in ("First.", "Second."):
        row(image, active(), caption=caption)
        row(image, dry, "trial", caption=f"{caption} Dry.")
    row(image, active(), "cut off", caption="")
    (pair,) = comparison.pairs(dry)
    assert (pair.before.said[0].caption, pair.tried.said[0].caption) == ("Second.", "Second. Dry.")


def test_what_the_active_prompt_was_tried_with_is_its_caption_too():
    image, dry = make(), prompt()
    trial(image, dry)
    row(image, active(), "trial", caption="On trial once.")
    assert comparison.pairs(dry)[0].before.said[0].caption == "On trial once."


@pytest.mark.parametrize(
    ("by", "words"), [("person", "a person"), ("offline", "nobody: it was made without AI"), ("gemini-x", "gemini-x")]
)
def test_without_one_by_the_active_prompt_the_current_caption(by, words):
    image, dry = make(captioned_by=by, caption="Now.", text="STOP"), prompt()
    image.tags.create(name="cat")
    image.translations.create(language="de", caption="Jetzt.")
    trial(image, dry)
    (pair,) = comparison.pairs(dry)
    assert ([each.caption for each in pair.before.said], pair.before.by) == (["Now.", "Jetzt."], words)
    assert (pair.by_active, pair.before.said[0].tags, pair.before.cost) == (False, ("cat",), "")


@pytest.mark.parametrize(
    ("state", "in_progress"), [("queued", True), ("running", True), ("failed", False), ("paused", False)]
)
def test_a_trial_that_is_not_done_shows_no_older_answer(state, in_progress):
    image, dry = make(), prompt()
    trial(image, dry, state)
    row(image, dry, "trial")
    (pair,) = comparison.pairs(dry)
    assert (pair.tried, pair.status, pair.in_progress) == (None, state, in_progress)


def test_what_was_tried_stays_when_another_prompt_is_tried_on_the_same():
    image, dry, other = make(), prompt(), prompt("Other")
    row(image, dry, "trial", caption="Dry.")
    trial(image, other, "running")
    (pair,) = comparison.pairs(dry)
    assert (pair.tried.said[0].caption, pair.in_progress) == ("Dry.", False)


def test_of_a_prompt_that_became_active_the_current_caption():
    image, now = make(caption="Now."), active()
    trial(image, now)
    row(image, now, "trial", caption="On trial.")
    (pair,) = comparison.pairs(now)
    assert (pair.before.said[0].caption, pair.tried.said[0].caption) == ("Now.", "On trial.")


def test_only_what_everybody_sees():
    dry = prompt()
    trial(make(visibility="hidden"), dry)
    assert comparison.pairs(dry) == []


def test_a_fixed_number_of_queries(django_assert_max_num_queries):
    dry = prompt()
    for number in range(7):
        image = make(number)
        trial(image, dry)
        row(image, dry, "trial"), row(image, active())
    with django_assert_max_num_queries(9):
        assert len(comparison.pairs(dry)) == 5


def test_what_reviewers_thought_of_both():
    dry, judged = prompt(), row(make(), active())
    Annotation.objects.create(author="person", outcome="review", verdict="accepted", judged=judged)
    assert comparison.reviews(dry) == [(active(), Reviewed(accepted=1)), (dry, Reviewed())]
    assert comparison.reviews(active()) == [(active(), Reviewed(accepted=1))]
