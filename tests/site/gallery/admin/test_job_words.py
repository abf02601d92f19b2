import pytest

from gallery.admin import job_words
from tests.site.gallery.admin.form import page_of
from tests.site.gallery.rows import make, prompt, trial

pytestmark = pytest.mark.django_db


def test_it_works():
    image = make(thumbnail="failed", annotation={"state": "queued", "error": "Away <503>."})
    assert job_words.cell(image) == (
        '<div class="job">Thumbnail failed</div>'
        '<div class="job">Caption waiting: <span class="why">Away &lt;503&gt;.</span></div>'
    )


def test_what_is_done_and_what_is_a_trial_says_nothing_in_the_list():
    image = make()
    trial(image, prompt(), "failed")
    assert job_words.cell(image) == "done"
    assert [words for _, words in job_words.all_of(image)] == ["done", "done", "failed"]


def test_a_person_has_done_it():
    assert [words for _, words in job_words.all_of(make(captioned_by="person"))] == ["done", "done, by a person"]


def test_the_form_has_every_job_with_its_reason(client, moderator):
    image = make(annotation={"state": "declined", "error": "The model declined it.", "attempts": 3})
    page = client.get(page_of(image)).text
    for words in (">Caption</h3>", ">declined by the model</span>", "The model declined it.", "<dd>3</dd>"):
        assert words in page
