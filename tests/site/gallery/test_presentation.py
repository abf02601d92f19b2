from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from gallery import presentation
from gallery.models import OVERDUE_AFTER, Annotation
from tests.site.gallery.rows import make, prompt, row, trial

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - OVERDUE_AFTER - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("columns", "status", "words", "asks_again"),
    [
        ({"state": "queued"}, "Waiting for its caption", "Waiting for its turn.", True),
        ({"state": "queued", "error": "busy"}, "Waiting for its caption", "will be tried again", True),
        ({"state": "running"}, "Waiting for its caption", "In progress.", True),
        ({"state": "paused"}, "Waiting for its caption", "Paused.", False),
        ({"state": "failed"}, "No caption yet", "No caption yet.", False),
        ({"state": "declined"}, "No caption yet", "No caption yet.", False),
        ({"state": "queued", "due_at": LONG_AGO}, "Waiting for its caption", "Overdue", False),
        ({"state": "running", "due_at": LONG_AGO}, "Waiting for its caption", "Overdue", False),
    ],
)
def test_words_of_a_caption_that_is_not_there(client, columns, status, words, asks_again):
    image = make(annotation=columns)
    row = presentation.row_of(image)
    assert row.status == status
    assert words in client.get(image.get_absolute_url()).text
    assert row.in_progress == asks_again


@pytest.mark.parametrize(
    ("state", "status"), [("queued", "Waiting for its thumbnail"), ("failed", "No thumbnail could be made")]
)
def test_words_of_a_thumbnail_that_is_not_there(state, status):
    assert presentation.row_of(make(thumbnail=state)).status == status


def test_a_finished_picture_asks_nothing_of_its_jobs(django_assert_num_queries):
    image = make()
    with django_assert_num_queries(0):
        row = presentation.row_of(image)
    assert (row.status, row.in_progress) == ("", False)


def test_a_finished_picture_whose_job_runs_again_stays_finished():
    assert presentation.row_of(make(annotation="queued", captioned_by="x", caption="Y.")).status == ""


@pytest.mark.parametrize(
    ("size", "ratio"),
    [
        ((4000, 3000), 1.33),
        ((3000, 4000), 0.75),
        ((4001, 3999), 1),
        ((1920, 1080), 1.78),
        ((20_000, 100), 3),
        ((100, 20_000), 0.56),
        ((0, 0), 1.33),
    ],
)
def test_a_picture_has_the_nearest_of_the_few_ratios(size, ratio):
    assert presentation.row_of(make(width=size[0], height=size[1])).ratio == ratio


def test_the_style_sheet_knows_every_ratio():
    css = (settings.STATICFILES_DIRS[0] / "site.css").read_text()
    for ratio in presentation.RATIOS:
        assert f'[data-ratio="{ratio}"] {{ --ratio: {str(ratio).removeprefix("0")}; }}' in css


def test_other_captions_are_those_that_are_not_current():
    """Whoever wrote them: a caption that was taken over is a person's, and a model's before."""
    image = make(captioned_by="person", caption="A dog.")
    for author, caption in (("model", "A dog."), ("person", "A cat."), ("model", "A horse."), ("model", "")):
        Annotation.objects.create(image=image, author=author, caption=caption)
    Annotation.objects.create(image=image, author="person", caption="A dog.")
    Annotation.objects.create(image=image, author="person", caption="A cow.")
    assert [row.caption for row in presentation.other_captions(image)] == ["A cow.", "A horse.", "A cat."]


@pytest.mark.parametrize("verdict", ["edited", "rewritten", "kept"])
def test_what_a_reviewer_did_not_want_is_not_among_other_captions(verdict):
    image = make(caption="A dog.")
    wanted, not_wanted = row(image, caption="A cat."), row(image, caption="Nora, asleep.")
    Annotation.objects.create(image=image, author="person", outcome="review", verdict=verdict, judged=not_wanted)
    assert presentation.other_captions(image) == [wanted]


def test_what_waits_for_a_review_is_not_among_other_captions():
    image = make(caption="A dog.", verdict="accepted", review="due")
    row(image, caption="A proposal.")
    own = Annotation.objects.create(image=image, author="person", caption="Mine.")
    assert presentation.other_captions(image) == [own]


def test_other_captions_are_neither_on_trial_nor_in_another_language_current():
    image = make(caption_language="en")
    image.translations.create(language="de", caption="Eine Katze.")
    row(image, outcome="trial", caption="On trial.")
    row(image, outcome="refused", caption="")
    for language, caption in (("de", "Eine Katze."), ("de", "Ein Tier.")):
        row(image, language=language, caption=caption)
    assert [each.caption for each in presentation.other_captions(image)] == ["Ein Tier."]


def test_a_trial_does_not_make_a_picture_look_in_progress():
    image = make(annotation="failed", caption="", captioned_by="")
    trial(image, prompt(), "queued")
    assert not presentation.row_of(image).in_progress


def test_the_main_language_comes_first_and_a_persons_words_before_a_models():
    image = make(caption_language="de", caption="Von einem Modell.")
    for language, caption, by in (("fr", "Un chat.", "gemini-x"), ("de", "Von mir.", "person")):
        image.translations.create(language=language, caption=caption, captioned_by=by)
    assert [each.caption for each in presentation.said(image)] == ["Von mir.", "Un chat."]
