"""Figures from reviews that are done as the review's page does them; the panel and the plans: test_quality_panel.py."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from gallery import captions, quality, removal
from gallery.models import Annotation, Image
from gallery.quality import Interval, Reviewed, wilson
from gallery.review import verdicts, words
from tests.site.gallery.rows import active, make, prompt, row

pytestmark = pytest.mark.django_db
DOCS = (Path(__file__).parents[3] / "docs/quality.md").read_text()
NUMBERS = iter(range(1, 10_000))


@pytest.fixture
def person() -> User:
    return User.objects.create_user("rev", is_staff=True)


def written(caption: str = "A cat.", of=None, model: str = "gemini-x", **values) -> Image:
    """A picture with a caption that nobody has looked at, and its row in the ledger."""
    said = {"caption": caption, "caption_language": "en", "captioned_by": model, "review": "due"}
    image = make(next(NUMBERS), **said, prompt=of or active())
    row(image, of or active(), caption=caption, model=model, tags=[], **values)
    return image


def accept(image: Image, person: User, caption: str = "", use: int = 0) -> Annotation:
    image = Image.objects.get(pk=image.pk)
    proposal = words.proposal(image)
    now = words.proposed(proposal) if proposal and use else words.current(image)
    said = words.Words(caption or now.caption, now.alt_text, now.tags, now.text)
    return verdicts.accept(image.pk, person, words.shown(image), said, use)


def rewrite(image: Image, person: User) -> Annotation:
    return verdicts.rewrite(image.pk, person, words.shown(Image.objects.get(pk=image.pk)))


def reviewed(since: datetime = quality.ALWAYS) -> Reviewed:
    return quality.found(since)[0].reviewed


@pytest.mark.usefixtures("model")
def test_it_works(person):
    for image in (written(), written(), written()):
        accept(image, person)
    accept(written("A cat."), person, "A cats.")
    rewrite(written(), person)
    _, (found,) = quality.found()
    assert (found.model, found.prompt) == ("gemini-x", active().pk)
    assert found.reviewed == Reviewed(accepted=3, edited=1, rewritten=1)
    assert (found.reviewed.count, found.reviewed.share) == (5, 0.6)
    assert (found.distance, found.changed) == (1, 1 / 6)
    assert found.reviewed.words == "Accepted unedited 60 % (23–88) of 5"


def test_by_model_and_prompt_the_most_reviewed_first(person):
    dry = prompt()
    for image in (written(of=dry), written(of=dry), written(model="gemini-y", of=dry), written()):
        accept(image, person)
    together, found = quality.found()
    assert [(each.model, each.prompt, each.reviewed.count) for each in found] == [
        ("gemini-x", dry.pk, 2),
        ("gemini-x", active().pk, 1),
        ("gemini-y", dry.pk, 1),
    ]
    assert together.reviewed == Reviewed(accepted=4)
    assert quality.by_prompt() == {dry.pk: Reviewed(accepted=3), active().pk: Reviewed(accepted=1)}


def test_what_is_undone_was_never_said(person):
    image = written()
    review = accept(image, person)
    verdicts.undo(review.pk, person)
    assert reviewed() == Reviewed()
    edit = accept(image, person, "A dog.")
    verdicts.undo(edit.pk, person)
    assert reviewed() == Reviewed()
    accept(image, person)
    assert reviewed() == Reviewed(accepted=1)


def test_an_edit_that_is_undone_changes_no_median(person):
    accept(written("A cat."), person, "A cats.")
    verdicts.undo(accept(written("A cat."), person, "Something else altogether.").pk, person)
    assert quality.found()[0].distance == 1


@pytest.mark.usefixtures("model")
def test_the_newest_review_counts(person):
    image = written()
    accept(image, person)
    again = rewrite(image, person)
    assert reviewed() == Reviewed(rewritten=1)
    verdicts.undo(again.pk, person)
    assert reviewed() == Reviewed(accepted=1)


def test_hiding_says_nothing_about_a_caption(person):
    hidden, both = written(), written()
    accept(both, person)
    for image in (hidden, both):
        verdicts.hide(image.pk, person, words.shown(Image.objects.get(pk=image.pk)), "Not ours.")
    assert reviewed() == Reviewed(accepted=1)


def proposed(person: User) -> tuple[Image, Annotation]:
    """A caption that was accepted, and what another model has written since."""
    image = written()
    accept(image, person)
    proposal = row(image, active(), caption="A tom.", model="gemini-y", tags=[])
    Image.objects.filter(pk=image.pk).update(review="due")
    return image, proposal


def test_a_proposal_over_which_the_caption_was_kept_is_not_accepted(person):
    image, _ = proposed(person)
    accept(image, person)
    found = {each.model: each.reviewed for each in quality.found()[1]}
    assert found == {"gemini-x": Reviewed(accepted=1), "gemini-y": Reviewed(kept=1)}
    assert found["gemini-y"].share == 0


def test_a_proposal_that_was_taken_is_accepted_as_its_models(person):
    image, proposal = proposed(person)
    accept(image, person, use=proposal.pk)
    found = {each.model: each.reviewed for each in quality.found()[1]}
    assert found == {"gemini-x": Reviewed(accepted=1), "gemini-y": Reviewed(accepted=1)}


def test_what_a_person_wrote_is_not_judged(person):
    image = written()
    accept(image, person, "My cat.")
    for change in ("", "My cats."):  # of what is a person's by now
        accept(image, person, change)
    assert reviewed() == Reviewed(edited=1)
    assert quality.found()[0].distance == 2


def test_an_edit_in_the_admin_is_one_as_well(person):
    captions.write(written("A cat."), person, caption="A cats.", alt_text="", tags=["tom", "cat"])
    together, _ = quality.found()
    assert (together.reviewed, together.distance) == (Reviewed(edited=1), 1 + len("tom, cat"))


def test_a_caption_older_than_the_ledger_is_nobodys(person):
    image = written()
    Annotation.objects.all().delete()
    accept(image, person)
    assert reviewed() == Reviewed()


def test_the_median_is_of_characters_and_of_shares(person):
    changes = {"a" * 10: "a" * 9, "b" * 10: "b" * 7, "c" * 20: "c" * 10, "d" * 100: "d" * 80}
    for before, after in changes.items():
        accept(written(before), person, after)
    together, _ = quality.found()
    assert together.distance == 6.5  # of 1, 3, 10, 20
    assert together.changed == pytest.approx(0.25)  # of 0.1, 0.3, 0.5, 0.2


def test_all_that_the_model_wrote_has_a_length(person):
    image = written()
    Annotation.objects.update(alt_text="Tom", text="NO", tags=["é", "cat"])
    captions.write(image, person, caption="A cat.", alt_text="Tom", text="NO", tags=["é", "cats"])
    together, _ = quality.found()
    assert together.changed == 1 / len("A cat." + "Tom" + "NO" + "é, cat")


def test_of_a_picture_that_was_deleted_the_verdict_stays(person):
    image = written()
    accept(image, person, "A cats.")
    removal.remove([Image.objects.get(pk=image.pk)])
    together, _ = quality.found()
    assert (together.reviewed, together.distance, together.changed) == (Reviewed(edited=1), 1, None)


def test_a_period_begins_with_its_first_midnight(person):
    first = quality.first_day(30)
    inside, before = accept(written(), person), accept(written(), person)
    Annotation.objects.filter(pk=inside.pk).update(created_at=first)
    Annotation.objects.filter(pk=before.pk).update(created_at=first - timedelta(microseconds=1))
    assert reviewed(first) == Reviewed(accepted=1)
    assert reviewed(quality.first_day(31)) == reviewed() == Reviewed(accepted=2)


def test_the_reviews_date_counts_not_the_captions(person):
    image = written(created_at=timezone.now() - timedelta(days=1000))
    accept(image, person)
    assert reviewed(quality.first_day(1)) == Reviewed(accepted=1)


def test_days_are_those_of_utc(monkeypatch):
    moment = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    monkeypatch.setattr(quality, "datetime", type("At", (datetime,), {"now": classmethod(lambda *_: moment)}))
    assert quality.first_day(1) == datetime(2026, 11, 20, tzinfo=UTC)
    assert quality.first_day(30) == datetime(2026, 10, 22, tzinfo=UTC)


def test_what_an_accepted_caption_costs(person):
    """Ten requests cost 1 USD; one was declined and one lost: 0.125 for each caption. Two of four were right."""
    for number in range(8):
        image = written(cost_usd=Decimal("0.1"))
        if number < 4:
            accept(image, person, "Edited." if number % 2 else "")
    for outcome in ("declined", "unknown"):
        row(make(next(NUMBERS)), active(), outcome, caption="", cost_usd=Decimal("0.1"))
    _, (found,) = quality.found()
    assert (found.declined, found.per_accepted) == (1, Decimal("0.25"))


@pytest.mark.parametrize("usd", [None, Decimal(0)])
def test_what_is_free_or_unknown_has_no_price(person, usd):
    accept(written(cost_usd=usd), person)
    assert quality.found()[0].per_accepted is None


def test_where_nothing_was_accepted_no_price_is_high_enough(person):
    accept(written(cost_usd=Decimal("0.1")), person, "Edited.")
    assert quality.found()[0].per_accepted is None


def test_what_is_free_makes_nothing_else_cheaper(person):
    accept(written(cost_usd=Decimal("0.1")), person)
    for _ in range(3):
        accept(written(model="free", cost_usd=Decimal(0)), person)
    together, (free, paid) = quality.found()
    assert (free.per_accepted, paid.per_accepted, together.per_accepted) == (None, Decimal("0.1"), Decimal("0.1"))


def test_what_was_declined_outside_the_period_is_not_counted():
    first = quality.first_day(30)
    for at in (first, first - timedelta(microseconds=1)):
        row(make(next(NUMBERS)), active(), "declined", caption="", created_at=at)
    assert quality.found(first)[0].declined == 1
    assert quality.found()[0].declined == 2


def test_nothing_so_far():
    together, found = quality.found()
    assert (together.reviewed.count, together.reviewed.share, found) == (0, None, [])
    assert (together.distance, together.changed, together.declined, together.per_accepted) == (None, None, 0, None)
    assert together.reviewed.words == "Not reviewed yet"


@pytest.mark.parametrize(
    ("accepted", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_as_it_was_published(accepted, of, low, high):
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3; and its mirror image."""
    assert wilson(accepted, of) == pytest.approx((low, high), abs=0.00005)
    assert wilson(of - accepted, of) == pytest.approx((1 - high, 1 - low), abs=0.00005)


@pytest.mark.parametrize("of", [1, 2, 3, 10, 1000])
def test_the_interval_at_its_ends(of):
    assert (wilson(0, of).low, wilson(of, of).high) == (0, 1)
    assert 0 < wilson(0, of).high < 1
    assert 0 < wilson(of, of).low < 1


def test_of_nothing_nothing_is_known():
    assert wilson(0, 0) == Interval(0, 1)


def test_a_hundred_are_enough_for_what_the_page_says():
    """It says: an interval of at most 20 percent points."""
    widths = [interval.high - interval.low for interval in (wilson(accepted, 100) for accepted in range(101))]
    assert 0.19 < max(widths) < 0.2


@pytest.mark.parametrize("of", [20, 50, 100, 200, 500, 1000])
def test_the_table_in_the_docs(of):
    intervals = [wilson(accepted, of) for accepted in (of // 2, of * 9 // 10, of)]
    line = " | ".join(f"{100 * low:.1f} to {100 * high:.1f}" for low, high in intervals)
    assert f"| {of} | {line} |\n" in DOCS


@pytest.mark.parametrize(
    ("accepted", "of", "words"),
    [
        (87, 100, "`Accepted unedited 87 % (79–92) of 100`"),
        (85, 100, "`Accepted unedited 85 % (77–91) of 100`"),
        (93, 100, "`Accepted unedited 93 % (86–97) of 100`"),
        (340, 400, " 85 % (81–88)"),
        (372, 400, " 93 % (90–95)"),
    ],
)
def test_the_example_in_the_docs(accepted, of, words):
    assert words in DOCS
    assert words.strip("` ") in Reviewed(accepted=accepted, edited=of - accepted).words
