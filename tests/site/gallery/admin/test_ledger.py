from dataclasses import replace
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection

from gallery import captions
from gallery.admin import ledger
from gallery.models import Annotation
from gallery.review import verdicts
from gallery.spending_words import moment
from processors import ledger as processors_ledger
from processors import records
from processors.captioning import Outcome, Request, Words
from tests.site.gallery.admin.form import page_of
from tests.site.gallery.review.rows import due, said, shown
from tests.site.gallery.rows import make, prompt, row

pytestmark = pytest.mark.django_db
WORDS = (Words("en", "A cat.", "Cat", ("cat",)), Words("de", "Eine Katze.", "Katze", ("katze",)))
REQUEST = Request(Outcome.CAPTION, "gemini-x", "en", None, "2", 1234, 56, Decimal("0.0123"), 1530, "NO CATS")


def answer(image, **values):
    """As a processor records it, in two languages."""
    claim = records.Claim(0, image.pk, image.uuid, "annotation", 1, "")
    processors_ledger.settle(connection, claim, None, replace(REQUEST, **values), WORDS)


def test_it_works(client, moderator):
    """Everything that is known of an answer is on the page once."""
    image, dry = make(), prompt()
    answer(image, prompt_id=dry.pk)
    page = client.get(page_of(image)).text
    once = (
        "A cat.",
        "Eine Katze.",
        "Deutsch",
        "<dd>1,234, 56</dd>",
        "0.0123 USD",
        "1.5 s",
        "NO CATS",
        "<bdi>Dry</bdi>",
    )
    assert {words: page.count(words) for words in once} == dict.fromkeys(once, 1)
    assert ">Cat<" in page
    assert ">katze<" in page
    assert page.count("Take this caption over") == 2


def test_an_answer_in_several_languages_is_one_entry():
    image = make()
    answer(image)
    answer(image, outcome=Outcome.TRIAL)
    answer(image)
    found = ledger.entries(image)
    assert [[each.caption for each, _ in entry.said] for entry in found] == [["A cat.", "Eine Katze."]] * 3
    assert [entry.first.outcome for entry in found] == ["caption", "trial", "caption"]
    assert [entry.may_be_taken_over for entry in found] == [True, False, True]
    assert [entry.first.pk for entry in found] == sorted((entry.first.pk for entry in found), reverse=True)


def test_what_came_of_a_request_and_by_which_prompt(client, moderator):
    image, dry = make(), prompt()
    row(image, dry, "trial"), row(image, dry, "refused", caption="", model="refused-x"), row(image, dry, "unknown")
    page = client.get(page_of(image)).text
    for words in ("<bdi>Dry</bdi>", "a caption on trial", "no answer", "gemini-x"):
        assert words in page
    assert "refused-x" not in page


def test_a_person_is_named_and_not_taken_over(client, moderator):
    image = make()
    captions.write(image, User.objects.get(), caption="My cat.", alt_text="", tags=["tom"])
    (entry,) = ledger.entries(image)
    assert (entry.by, entry.may_be_taken_over, entry.seconds) == ("mod", False, None)
    assert "Take this caption over" not in client.get(page_of(image)).text


def test_who_accepted_what_and_when(client, moderator):
    """Each decision stands with the caption that it is about, once."""
    image = due()
    first = verdicts.accept(image.pk, moderator, shown(image), said(image))
    verdicts.undo(first.pk, moderator)
    verdicts.rewrite(image.pk, moderator, shown(image))
    (entry,) = ledger.entries(image)
    assert [(each.row.verdict, bool(each.undone)) for each in entry.decisions] == [
        ("accepted", True),
        ("rewritten", False),
    ]
    page = client.get(page_of(image)).text
    at = moment(first.created_at)
    assert page.count(f"<li>accepted by mod, {at}, undone by mod, ") == 1
    assert page.count("<li>sent back to the model by mod, ") == 1
    assert page.count('class="entry"') == 1


def test_an_edit_is_an_entry_that_says_how_much_it_changed(client, moderator):
    image = due()
    made = verdicts.accept(image.pk, moderator, shown(image), said(image, caption="A cat!"))
    verdicts.hide(image.pk, moderator, shown(image), "A face.")
    edit, model = ledger.entries(image)
    assert (edit.by, edit.what, edit.undone) == ("mod", "edited", "")
    assert ([each.row.verdict for each in edit.decisions], model.decisions) == (["hidden"], [])
    page = client.get(page_of(image)).text
    assert "<dt>Characters changed</dt><dd>1</dd>" in page
    assert page.count("<li>hidden by mod, ") == 1
    Annotation.objects.create(
        image=image, author="person", person=moderator, outcome="review", verdict="undone", judged=made
    )
    assert ledger.entries(image)[0].undone.startswith("undone by mod, ")


def test_a_decision_about_what_is_not_in_the_ledger_stands_alone(client, moderator):
    image = make()
    verdicts.accept(image.pk, moderator, shown(image), said(image))
    (entry,) = ledger.entries(image)
    assert (entry.by, entry.what, entry.said, entry.may_be_taken_over) == ("mod", "accepted", [], False)
    assert client.get(page_of(image)).text.count("accepted</span>") == 1


def test_a_decision_about_a_further_language_stands_with_its_answer(moderator):
    image = make()
    answer(image)
    german = Annotation.objects.get(language="de")
    Annotation.objects.create(image=image, author="person", outcome="review", verdict="kept", judged=german)
    (entry,) = ledger.entries(image)
    assert [each.row.judged for each in entry.decisions] == [german]
    assert entry.decisions[0].words.startswith("the caption before was kept by somebody whose account is gone, ")


def test_a_language_without_its_answer_stands_alone():
    """As in a ledger of before the answers had several."""
    image = make()
    row(image, input_tokens=0, model="gemini-w"), row(image)
    assert [len(entry.others) for entry in ledger.entries(image)] == [0, 0]


def test_the_page_asks_for_it_once(client, moderator, django_assert_max_num_queries):
    image = make()
    for _ in range(5):
        answer(image)
    with django_assert_max_num_queries(13):
        assert client.get(page_of(image)).text.count('class="entry"') == 5
