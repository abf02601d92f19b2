"""Writing prompts; trying them and making one active: test_prompt_trials.py."""

import pytest
from django.contrib.admin.models import LogEntry

from gallery import prompts
from gallery.models import Annotation, Prompt
from processors.captioning.choice import OFFLINE
from tests.site.gallery.rows import active, make, prompt, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("model")]
LIST = "/admin/gallery/prompt/"
FILLED = {"name": "Dry", "style": "Short.", "vocabulary": "Cat, dog", "languages": "EN, de, en", "tell_date": "on"}


def page_of(of) -> str:
    return f"{LIST}{of.pk}/change/"


def test_it_works(client, editor):
    assert client.post(f"{LIST}add/", FILLED).status_code == 302
    dry = Prompt.objects.get(name="Dry")
    assert (dry.style, dry.vocabulary, dry.languages) == ("Short.", "cat, dog", "en, de")
    assert (dry.tell_name, dry.tell_date, dry.active, dry.used_at) == (False, True, None, None)
    assert dry.created_by == editor
    assert LogEntry.objects.get().is_addition()


def test_list_has_the_active_one_first(client, editor):
    prompt("Newer"), prompt("Old", used_at=active().used_at)
    page = client.get(LIST).text
    assert [page.index(f">{name}</a>") for name in ("Standard", "Old", "Newer")] == sorted(
        page.index(f">{name}</a>") for name in ("Standard", "Old", "Newer")
    )
    for words in ("Active", "Used before", "Not used yet"):
        assert f'<td class="field-stands">{words}</td>' in page
    assert "CAPTIONER is offline" not in page


def test_list_has_what_reviewers_thought_of_each(client, editor, django_assert_num_queries):
    prompt("Other"), client.get(LIST)
    judged = row(make(), active())
    Annotation.objects.create(author="person", outcome="review", verdict="accepted", judged=judged)
    with django_assert_num_queries(8):  # four of them for the session, the account and its permissions
        page = client.get(LIST).text
    assert '<td class="field-reviewed">Accepted unedited 100 % (21–100) of 1</td>' in page
    assert '<td class="field-reviewed">Not reviewed yet</td>' in page


def test_what_was_typed_is_tidied_up(client, editor):
    words = {"style": " One.\r\nTwo\u202e.  \r\n", "vocabulary": "Cat,\ncat ,, big  dog", "name": " Dry "}
    client.post(f"{LIST}add/", {**FILLED, **words})
    dry = Prompt.objects.get(name="Dry")
    assert (dry.style, dry.vocabulary) == ("One.\nTwo.", "cat, big dog")


@pytest.mark.parametrize("languages", ["german", "en,de,fr,it,es,pt"])
def test_languages_that_can_not_be_taken(client, editor, languages):
    page = client.post(f"{LIST}add/", {**FILLED, "languages": languages})
    assert "errorlist" in page.text
    assert not Prompt.objects.filter(name="Dry").exists()


def test_a_name_that_nobody_sees(client, editor):
    page = client.post(f"{LIST}add/", {**FILLED, "name": "\u202e\u2066"})
    assert "Nothing of this name can be seen." in page.text
    assert not Prompt.objects.filter(name="").exists()


def test_an_unused_one_is_changed_and_deleted(client, editor):
    dry = prompt(created_by=editor)
    client.post(page_of(dry), {**FILLED, "style": "Shorter."})
    dry.refresh_from_db()
    assert (dry.style, dry.created_by) == ("Shorter.", editor)
    assert client.post(f"{LIST}{dry.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Prompt.objects.filter(name="Dry").exists()


def test_a_used_one_is_there_to_be_read_and_copied(client, editor):
    now = active()
    page = client.get(page_of(now)).text
    assert "is not changed any more" in page
    assert "Active:</strong> new captions follow this prompt." in page
    assert 'name="style"' not in page
    assert f'href="{LIST}add/?copy={now.pk}">Copy as a new prompt' in page
    assert client.post(f"{LIST}{now.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_copy_begins_with_what_it_is_of(client, editor):
    dry = prompt("x" * 60, style="Short.", languages="en, de", tell_name=True)
    form = client.get(f"{LIST}add/", {"copy": dry.pk}).context["adminform"].form
    assert form.initial["name"] == f"Copy of {'x' * 52}"
    assert (form.initial["style"], form.initial["languages"], form.initial["tell_name"]) == ("Short.", "en, de", True)
    for nonsense in ("x", "99999999999999999999", "²"):
        assert client.get(f"{LIST}add/", {"copy": nonsense}).status_code == 200


def test_what_was_typed_for_one_that_was_used_meanwhile_becomes_a_new_one(client, editor):
    dry = prompt(style="Short.")
    prompts.use(dry)
    page = client.post(page_of(dry), {**FILLED, "style": "Long and typed."})
    assert "was used meanwhile" in page.text
    assert "Long and typed." in page.text
    client.post(page_of(dry), {**FILLED, "name": "Other", "style": "Long and typed."})
    dry.refresh_from_db()
    assert (dry.style, Prompt.objects.get(name="Other").style) == ("Short.", "Long and typed.")


def test_one_update_decides_between_a_change_and_a_first_use(client, editor, monkeypatch):
    """The first use comes between the look at the prompt and its change."""
    dry, change = prompt(style="Short."), prompts.change

    def later(this, values):
        prompts.use(dry)
        change(this, values)

    monkeypatch.setattr(prompts, "change", later)
    page = client.post(page_of(dry), {**FILLED, "style": "Long."})
    dry.refresh_from_db()
    assert (dry.style, "was used meanwhile" in page.text) == ("Short.", True)


def test_one_that_is_used_while_it_is_deleted_stays(client, editor, monkeypatch):
    dry, delete = prompt(), prompts.delete

    def later(this):
        prompts.use(dry)
        delete(this)

    monkeypatch.setattr(prompts, "delete", later)
    page = client.post(f"{LIST}{dry.pk}/delete/", {"post": "yes"}, follow=True)
    assert "was not deleted" in page.text
    assert Prompt.objects.filter(pk=dry.pk).exists()
    assert not LogEntry.objects.exists()


def test_moderators_see_and_change_nothing(client, moderator):
    dry = prompt(style="Short.")
    page = client.get(page_of(dry)).text
    assert "Short." in page
    for words in ('name="style"', "Make active", "Try on five", "Copy as a new"):
        assert words not in page
    assert client.post(page_of(dry), FILLED).status_code == 403
    assert client.post(f"{LIST}{dry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403


def test_without_a_model_the_pages_say_that_prompts_change_nothing(client, editor, settings):
    settings.CAPTIONER, dry = OFFLINE, prompt()
    for url in (LIST, page_of(dry), f"{LIST}{dry.pk}/try/"):
        assert "prompts change nothing yet" in client.get(url).text
    assert "Try on five pictures" not in client.get(page_of(dry)).text
