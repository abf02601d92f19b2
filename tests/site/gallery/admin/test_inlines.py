import pytest

from gallery.models import Annotation, Image
from tests.site.gallery.admin.form import LIST, change, save
from tests.site.gallery.rows import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moderator")]


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


def shown(*rows):
    """The inline's fields as the page has them for rows that are there."""
    values = further(*((row.pk, row.language, row.caption) for row in rows))
    return values | {f"initial-translations-{number}-caption": row.caption for number, row in enumerate(rows)}


@pytest.fixture
def german():
    image = make(1, pk=1, caption_language="en")
    return image.translations.create(language="de", caption="Old.", captioned_by="gemini-x")


@pytest.mark.parametrize("left", [["New."], []])
def test_a_language_that_a_model_wrote_again_or_removed_meanwhile_stays_so(client, german, left):
    rows = german.image.translations.all()
    again = (lambda: rows.update(caption="New.")) if left else rows.delete
    change(client, german.image, again, original_name="new.jpg", **shown(german))
    assert (german.image.original_name, list(rows.values_list("caption", flat=True))) == ("new.jpg", left)
    assert not Annotation.objects.exists()


def test_a_language_that_is_corrected_while_a_model_writes_is_the_persons(client, german):
    rows = german.image.translations.all()
    mine = shown(german) | {"translations-0-caption": "Mine."}
    change(client, german.image, lambda: rows.update(caption="New."), **mine)
    assert list(rows.values_list("caption", "captioned_by")) == [("Mine.", "person")]


def test_words_for_a_language_that_is_gone_are_not_lost_without_a_word(client, german):
    mine = shown(german) | {"translations-0-caption": "Mine."}
    german.delete()
    page = save(client, Image.objects.get(), original_name="new.jpg", **mine)
    assert "A model has removed a caption in a further language that you changed" in page.text
    assert "add the language: “Mine.”" in page.text
    assert Image.objects.get().original_name == "1.jpg"


def test_the_page_remembers_what_it_showed_of_each_language(client, german):
    page = client.get(f"{LIST}1/change/").text
    assert 'name="initial-translations-0-caption" value="Old."' in page
