from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gallery import captions
from gallery.models import Annotation, Image, Job, Report
from processors.captioning.choice import Choice
from tests.site.gallery.admin.form import LIST, change, save
from tests.site.gallery.rows import active, index, job, make, prompt, trial

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moderator")]


def shown(page: str) -> int:
    """How many pictures a page of the list has."""
    return page.count('name="_selected_action"')


def act(client, action, *images, **answers):
    chosen = {"action": action, "_selected_action": [image.pk for image in images]}
    return client.post(LIST, {**chosen, **answers}, follow=True)


def test_it_works(client):
    image = make()
    page = client.get(LIST).text
    assert "Picture 1." in page
    assert f"/media/{image.thumbnail_key}" in page
    assert client.get(f"{LIST}{image.pk}/change/").status_code == 200


def test_list_runs_a_fixed_number_of_queries(client, django_assert_num_queries):
    for number in range(60):
        make(number)
    with django_assert_num_queries(7) as queries:  # session, user, permissions, first and last date, pictures, jobs
        client.get(LIST, {"work": "annotation:done", "caption": "model"})
    assert not [query for query in queries if "COUNT" in query["sql"] or "DISTINCT" in query["sql"]]


def test_pages(client):
    for number in range(26):
        make(number)
    first, second = client.get(LIST).text, client.get(LIST, {"p": 2}).text
    assert (shown(first), shown(second)) == (25, 1)
    assert ('href="?p=2"' in first, "Newer" in first) == (True, False)
    assert ('href="?p=1"' in second, "Older" in second) == (True, False)


def test_search_and_filter(client):
    make(1)
    make(2, visibility="hidden")
    index()
    assert shown(client.get(LIST, {"q": "picture 2"}).text) == 1
    assert shown(client.get(LIST, {"q": "pict"}).text) == 2
    assert shown(client.get(LIST, {"q": "picture -2"}).text) == 1
    assert "1.jpg" not in client.get(LIST, {"visibility": "hidden"}).text


def test_search_says_that_there_may_be_more(client, monkeypatch):
    monkeypatch.setattr("gallery.admin.search.MOST", 1)
    make(1), make(2)
    index()
    page = client.get(LIST, {"q": "picture"}).text
    assert shown(page) == 1
    assert "there may be more. Add a word to see fewer." in page


def test_a_new_name_is_found(client):
    image = make()
    change(client, image, original_name="harbour.jpg")
    assert shown(client.get(LIST, {"q": "harbour"}).text) == 1


def test_caption_by_a_person(client):
    image = make()
    change(client, image, caption="My cat.", alt_text="Cat", tags="Cat, TOM, cat")
    row = Annotation.objects.get()
    assert (image.caption, image.captioned_by) == ("My cat.", "person")
    assert [tag.name for tag in image.tags.all()] == ["cat", "tom"] == row.tags
    assert (row.author, row.person.username) == ("person", "mod")


def test_words_in_the_picture_by_a_person(client):
    image = make(text="N0 ENTRY", prompt=active())
    change(client, image, text="NO ENTRY")
    assert (image.text, image.caption, image.captioned_by, image.prompt) == ("NO ENTRY", "Picture 1.", "person", None)
    assert Annotation.objects.get().text == "NO ENTRY"


def test_saving_without_a_change_writes_no_ledger_row(client):
    image = make()
    change(client, image, original_name="new.jpg")
    assert (image.original_name, image.captioned_by) == ("new.jpg", "gemini-x")
    assert not Annotation.objects.exists()


def test_a_caption_that_came_meanwhile_is_not_undone(client):
    image = make(annotation="running")
    change(client, image, lambda: Image.objects.update(caption="A dog."), original_name="new.jpg")
    assert (image.original_name, image.caption) == ("new.jpg", "A dog.")
    assert not Annotation.objects.exists()


def test_tags_that_the_database_takes_for_the_same(moderator):
    image = make()
    captions.write(image, moderator, caption="", alt_text="", tags=["cafe", "café"])
    assert image.tags.first().name == "cafe"


@pytest.mark.parametrize("words", ["größe", "🐈", "%_", "00000000-0000-4000-8000-000000000001"])
def test_search_for_anything(client, words):
    make()
    found = client.get(LIST, {"q": words})
    assert found.status_code == 200
    assert ("1.jpg" in found.text) == (words[0] == "0")


def test_what_the_storage_does_not_delete_stays_to_be_seen(client, monkeypatch):
    image = make()

    def fail(storage, key):
        raise OSError

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.delete", fail)
    page = client.post(f"{LIST}{image.pk}/delete/", {"post": "yes"}, follow=True)
    assert "The storage did not delete all of 1.jpg." in page.text
    assert Image.objects.exists()


def test_hiding_asks_why_and_keeps_who_and_when(client):
    image = make()
    assert "Hide 1 picture from" in act(client, "hide", image).text
    image.refresh_from_db()
    assert (image.visibility, LogEntry.objects.count()) == ("visible", 0)
    act(client, "hide", image, sure="yes", reason="Not ours\u202e.")
    image.refresh_from_db()
    assert (image.visibility, image.hidden_reason, image.hidden_by.username) == ("hidden", "Not ours.", "mod")
    assert image.hidden_at
    act(client, "show", image)
    image.refresh_from_db()
    assert (image.visibility, image.hidden_reason, image.hidden_by, image.hidden_at) == ("visible", "", None, None)


def test_the_form_hides_with_a_reason_only(client):
    image = make()
    assert "Say why it is hidden" in save(client, image, visibility="hidden").text
    save(client, image, visibility="hidden", hidden_reason="A face.")
    image.refresh_from_db()
    assert (image.visibility, image.hidden_reason, image.hidden_by.username) == ("hidden", "A face.", "mod")


def test_an_empty_caption_is_refused(client):
    image = make()
    assert "can&#x27;t be empty" in save(client, image, caption=" ").text
    image.refresh_from_db()
    assert image.caption == "Picture 1."


def test_a_caption_by_hand_settles_its_job_whatever_it_does(client):
    for number, state in enumerate(("queued", "running", "failed", "declined"), start=1):
        image = make(number, annotation={"state": state, "error": "Gemini is away."}, caption="")
        change(client, image, caption="My cat.")
        assert (job(image).state, job(image).error) == ("done", "")
        assert "by a person" in client.get(f"{LIST}{image.pk}/change/").text


def test_asking_a_model_for_what_a_person_wrote_says_so_first(client):
    image = make(captioned_by="person")
    assert "come as a proposal" in act(client, "annotation_again", image).text
    assert job(image).state == "done"
    act(client, "annotation_again", image, sure="yes")
    assert job(image).state == "queued"


@pytest.mark.usefixtures("model")
def test_asking_a_model_says_first_what_it_costs(client):
    images = make(), make(2)
    page = act(client, "annotation_again", *images).text
    assert "Have the captions of 2 pictures written again?" in page
    assert "At most 0.0" in page
    assert "a proposal" not in page
    assert job(images[0]).state == "done"


def test_a_model_at_no_known_price_is_not_asked(client, settings):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("gemini", "gemini-x"), Decimal(1)
    image = make()
    page = act(client, "annotation_again", image, sure="yes").text
    assert "Nothing was begun. There is a budget for captions" in page
    assert job(image).state == "done"


def test_a_trial_is_no_work_of_the_picture(client):
    trial(make(), prompt(), "queued")
    page = client.get(LIST)
    assert '<td class="field-work">done</td>' in page.text


@pytest.mark.parametrize("kind", ["thumbnail", "annotation"])
def test_run_again(client, kind):
    image = make(thumbnail={"state": "done", "attempts": 3}, annotation={"state": "done", "attempts": 3})
    act(client, f"{kind}_again", image, sure="yes")
    assert (job(image, kind).state, job(image, kind).attempts) == ("queued", 0)
    assert "Put back to the queue" in LogEntry.objects.get().change_message


def test_what_is_in_progress_is_left_alone(client):
    image = make(thumbnail={"state": "running", "attempts": 1})
    page = act(client, "thumbnail_again", image)
    assert (job(image, "thumbnail").state, job(image, "thumbnail").attempts) == ("running", 1)
    assert "Left as they are: 1." in page.text


def test_list_and_form_say_what_is_not_done(client):
    image = make(annotation={"state": "failed", "error": "Gemini is away."})
    assert 'Caption failed: <span class="why">Gemini is away.</span>' in client.get(LIST).text
    assert "Gemini is away." in client.get(f"{LIST}{image.pk}/change/").text


def test_delete_removes_the_objects(client, django_capture_on_commit_callbacks):
    image = make()
    Annotation.objects.create(image=image, author="model", tags=[])
    image.tags.create(name="cat")
    keys = (image.object_key, image.preview_key, image.thumbnail_key)
    for key in keys:
        default_storage.save(key, ContentFile(b"x"))
    page = act(client, "delete_selected", image)
    assert "Are you sure" in page.text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(LIST, {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"})
    assert not Image.objects.exists()
    assert not [key for key in keys if default_storage.exists(key)]
    assert not Job.objects.exists()
    assert LogEntry.objects.count() == 1


def test_the_ledger_outlives_its_picture_without_the_words(client):
    image = make()
    Annotation.objects.create(image=image, author="model", model="gemini-x", caption="A cat.", tags=["cat"], cost_usd=1)
    client.post(LIST, {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"})
    row = Annotation.objects.get()
    assert (row.image, row.caption, row.tags, row.cost_usd, row.model) == (None, "", [], 1, "gemini-x")


def test_the_ledger_can_not_be_changed(client):
    assert client.get("/admin/gallery/annotation/").status_code == 404
    assert client.get(f"{LIST}add/").status_code == 403


def test_what_has_not_arrived_is_not_shown(client):
    image, whole = make(visibility="arriving"), make(2, visibility="waiting")
    page = act(client, "show", image, whole).text
    assert "Made visible (1)." in page
    assert "Left as they are: 1. Their files have not arrived." in page
    image.refresh_from_db()
    whole.refresh_from_db()
    assert (image.visibility, whole.visibility) == ("arriving", "visible")


@pytest.mark.parametrize(
    ("current", "offered"),
    [
        ("visible", ["visible", "hidden"]),
        ("hidden", ["visible", "hidden"]),
        ("waiting", ["visible", "hidden", "waiting"]),
        ("arriving", ["hidden", "arriving"]),
    ],
)
def test_the_form_offers_what_a_moderator_decides(client, current, offered):
    form = client.get(f"{LIST}{make(visibility=current).pk}/change/").context["adminform"].form
    assert [name for name, _ in form.fields["visibility"].choices] == offered


def test_hiding_settles_what_was_reported(client):
    image, other = make(), make(2)
    reports = [Report.objects.create(image=each, reason="A face.") for each in (image, other)]
    act(client, "hide", image, sure="yes", reason="A face.")
    for report in reports:
        report.refresh_from_db()
    assert [str(report.settled_by) for report in reports] == ["mod", "None"]
    assert [bool(report.settled_at) for report in reports] == [True, False]


def test_the_enter_key_saves(client):
    """A browser presses the first button of the form."""
    image = make()
    Annotation.objects.create(image=image, author="model", model="gemini-x", caption="A dog.")
    page = client.get(f"{LIST}{image.pk}/change/").text
    assert 0 < page.index('name="_save"') < page.index("formaction=")
