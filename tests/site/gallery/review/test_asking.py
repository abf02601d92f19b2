from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from gallery.review.asking import NOT_ALLOWED, asking
from processors.captioning.choice import OFFLINE, Choice
from tests.site.gallery.rows import make, row

pytestmark = pytest.mark.django_db


def test_price_is_what_the_latest_captions_cost(moderator, model):
    assert asking(moderator).price.startswith("at most 0.")
    row(make(), cost_usd=Decimal("0.000352"))
    assert asking(moderator).price == "0.000352 USD"


def test_words_for_no_price(moderator, settings):
    settings.CAPTIONER = OFFLINE
    assert asking(moderator).price == "free"
    settings.CAPTIONER = Choice("gemini", "unheard-of")
    assert asking(moderator).price == "price not known"


def test_why_it_cannot_be_asked(moderator, settings):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("gemini", "unheard-of"), Decimal(5)
    assert "Set CAPTION_PRICE first." in asking(moderator).why_not
    assert asking(AnonymousUser()).why_not == NOT_ALLOWED
