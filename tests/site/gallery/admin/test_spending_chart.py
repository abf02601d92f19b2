from datetime import date, timedelta
from decimal import Decimal

from gallery.admin.spending_chart import HEIGHT, TOP, chart

FIRST = date(2026, 11, 1)


def days(*amounts: str) -> list[tuple[date, Decimal]]:
    return [(FIRST + timedelta(days=number), Decimal(amount)) for number, amount in enumerate(amounts)]


def test_it_works():
    made = chart(days("1", "0", "4", "0.0001"))
    assert [bar.height for bar in made.bars] == [HEIGHT // 4, 0, HEIGHT, 1]  # what cost something is seen
    assert all(bar.y + bar.height == made.floor == TOP + HEIGHT for bar in made.bars)
    assert made.bars[2].title == "3 November: 4.00 USD"
    assert made.described == "3 of 4 days have cost something; the most is 4.00 USD on 3 November."


def test_without_any_cost():
    made = chart(days("0", "0"))
    assert [bar.height for bar in made.bars] == [0, 0]
    assert made.described == "No day of this month has cost anything."


def test_days_have_room_for_their_numbers():
    made = chart(days(*["1"] * 30))
    assert [bar.label for bar in made.bars if bar.label] == ["1", "5", "10", "15", "20", "25", "30"]
    assert max(bar.x + bar.width for bar in made.bars) < made.width
