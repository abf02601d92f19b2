from decimal import Decimal

import pytest

from gallery.admin import price
from gallery.models import Budget
from gallery.spending import this_month
from processors.captioning.choice import Choice

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("model")
def test_it_works(settings):
    settings.ANNOTATION_BUDGET_USD = Decimal(20)
    Budget.objects.create(month=this_month(), spent_usd=Decimal("1.5"))
    cost, budget = price.lines(3)
    assert cost.startswith("At most 0.1")
    assert budget == "This month's budget has 18.50 USD of 20.00 USD left."
    assert price.problem() == ""


def test_without_a_price_and_with_a_budget(settings):
    settings.CAPTIONER, settings.ANNOTATION_BUDGET_USD = Choice("gemini", "gemini-x"), Decimal(1)
    assert price.lines(1)[0].startswith("Nobody knows what gemini-x costs.")
    assert "Set CAPTION_PRICE first." in price.problem()
