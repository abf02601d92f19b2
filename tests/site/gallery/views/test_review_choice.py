import pytest
from django.utils import timezone

from gallery.models import OFFLINE
from gallery.review.choice import Choice
from gallery.views.review_choice import ChoiceForm
from tests.site.gallery.rows import make, prompt

pytestmark = pytest.mark.django_db


def names(field) -> list[str]:
    return [name for name, _ in field.choices]


def test_it_offers_what_there_is():
    """Each model that has written, captions without AI, and each prompt that was used."""
    for number, writer in enumerate(("gemini-x", "qwen", "qwen", "person")):
        make(number, captioned_by=writer)
    used = prompt("Dry", used_at=timezone.now())
    prompt("Never")
    form = ChoiceForm.of(Choice())
    assert names(form.fields["model"]) == ["", "gemini-x", "qwen", OFFLINE]
    assert used.pk in names(form.fields["prompt"])
    assert "Never" not in str(form["prompt"])


def test_it_says_what_is_chosen():
    form = ChoiceForm.of(Choice(state="failed", tag="cat"))
    assert '<option value="failed" selected>' in str(form["state"])
    assert 'value="cat"' in str(form["tag"])
