from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from gallery.admin import review_words
from gallery.review import verdicts
from tests.site.gallery.admin.form import LIST, change, page_of
from tests.site.gallery.review.rows import due, fresh, said, shown
from tests.site.gallery.rows import make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "–"),
        ({"review": "due"}, "to review"),
        ({"verdict": "accepted"}, "accepted"),
        ({"verdict": "rewritten"}, "sent back to the model"),
        ({"verdict": "accepted", "review": "due"}, "a proposal to review"),
    ],
)
def test_the_list_says_it_in_a_word(client, moderator, values, words):
    image = make(**values)
    assert review_words.cell(image) == words
    assert f'<td class="field-checked">{words}</td>' in client.get(LIST).text


def test_the_form_says_who_and_when_and_leads_to_the_review(client, moderator):
    image = make(1, verdict="edited", reviewed_at=AT, reviewed_by=moderator)
    assert "edited by mod, 25 November 2026, 17:00 UTC" in client.get(page_of(image)).text
    page = client.get(page_of(make(2, review="due"))).text
    assert 'by nobody yet; <a href="/review">it waits for a review</a>' in page


def test_a_reviewer_whose_account_is_gone_and_a_proposal():
    image = make(verdict="accepted", reviewed_at=AT, review="due")
    words = review_words.sentence(image)
    assert words.startswith("accepted by somebody whose account is gone, 25 November 2026")
    assert "what a model proposes waits for a review" in words


def test_words_that_are_saved_in_the_form_are_reviewed(client, moderator):
    image = due()
    change(client, image, caption="Mine.")
    assert (image.verdict, image.review, image.reviewed_by) == ("edited", "", moderator)
    assert "edited by mod" in client.get(page_of(image)).text


def test_a_decision_of_the_review_is_seen_in_the_form(client, moderator):
    image = due()
    verdicts.accept(image.pk, User.objects.get(), shown(image), said(image))
    assert review_words.sentence(fresh(image)).startswith("accepted by mod, ")
