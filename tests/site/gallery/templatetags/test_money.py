from datetime import UTC, datetime
from decimal import Decimal

from django.template import Context, Template


def test_it_works():
    template = Template("{% load money %}{{ cost|usd }}; {{ due|moment }}; {{ count|thousands }}")
    values = {"cost": Decimal("1.5"), "due": datetime(2026, 12, 1, tzinfo=UTC), "count": 1234567}
    assert template.render(Context(values)) == "1.50 USD; 1 December 2026, 00:00 UTC; 1,234,567"


def test_shares_and_medians():
    template = Template("{% load money %}{{ share|percent }}, {{ one|characters }}, {{ some|characters }}")
    assert template.render(Context({"share": 0.875, "one": 1, "some": 2.5})) == "87.5 %, 1 character, 2.5 characters"
