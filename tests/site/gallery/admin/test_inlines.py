import pytest

from gallery.models import Annotation
from tests.site.gallery.admin.form import LIST, change, save
from tests.site.gallery.rows import make, prompt, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moderator")]


def test_the_ledger_says_by_which_prompt_and_what_came_of_it(client):
    image, dry = make(), prompt()
    row(image, dry, "trial"), row(image, dry, "refused", caption="", model="refused-x"), row(image, dry, "unknown")
    page = client.get(f"{LIST}{image.pk}/change/").text
    for words in (">Dry</", "a caption on trial", "no answer", "gemini-x"):
        assert words in page
    assert "refused-x" not in page


def further(*rows):
    """The inline's fields: (id or "", language, caption), or with a fourth field: deleted."""
    values = {"translations-TOTAL_FORMS": len(rows), "translations-INITIAL_FORMS": sum(bool(each[0]) for each in rows)}
    for number, (pk, language, caption, *deleted) in enumerate(rows):
        names = {"id": pk, "language": language, "caption": caption, "alt_text": "", "image": 1}
        values |= {f"translations-{number}-{name}": value for name, value in names.items()}
        values |= {f"translations-{number}-DELETE": "on"} if deleted else {}
    return values


def test_a_further_language_by_a_person(client):
    image = make(1, pk=1, caption_language="en")
    change(client, image, **further(("", "PT-br", "Um gato.")))
    other, ledger = image.translations.get(), Annotation.objects.get()
    assert (other.language, other.caption, other.captioned_by) == ("pt-BR", "Um gato.", "person")
    assert (ledger.author, ledger.person.username, ledger.language, ledger.caption) == (
        "person",
        "mod",
        "pt-BR",
        "Um gato.",
    )
    assert image.captioned_by == "gemini-x"


def test_a_further_language_that_a_model_wrote_is_corrected_or_deleted(client):
    image = make(1, pk=1, caption_language="en")
    de, fr = (image.translations.create(language=code, caption="X.", captioned_by="gemini-x") for code in ("de", "fr"))
    change(client, image, **further((de.pk, "de", "Ein Kater."), (fr.pk, "fr", "X.", True)))
    other = image.translations.get()
    assert (other.pk, other.caption, other.captioned_by) == (de.pk, "Ein Kater.", "person")
    assert Annotation.objects.get().language == "de"


@pytest.mark.parametrize(
    ("language", "problem"), [("EN", "language of the caption above"), ("german", "not the code of a language")]
)
def test_a_language_that_can_not_be_added(client, language, problem):
    image = make(1, pk=1, caption_language="en")
    assert problem in save(client, image, **further(("", language, "X."))).text
    assert not image.translations.exists()


def test_languages_that_a_model_wrote_again_meanwhile_are_not_overwritten(client):
    image = make(1, pk=1, caption_language="en")
    image.translations.create(language="de", caption="New.", captioned_by="gemini-x")
    page = save(client, image, **further((9999, "de", "Mine.")))
    assert "written the captions in further languages again meanwhile" in page.text
    assert image.translations.get().caption == "New."
