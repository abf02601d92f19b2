"""The days of a month as bars, in numbers for an SVG."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gallery.spending_words import usd

STEP, GAP, HEIGHT, LEFT, TOP = 22, 4, 160, 8, 24  # of the picture's own units


@dataclass(frozen=True)
class Bar:
    """`label`: the day of the month, "" where there is no room for it. `title`: what the pointer shows."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    label: str
    title: str


@dataclass(frozen=True)
class Chart:
    """`described`: the same in a sentence, for who does not see it. `most`: the value of the topmost line."""

    width: int
    height: int
    floor: int
    bars: list[Bar]
    most: str
    described: str


def chart(days: list[tuple[date, Decimal]]) -> Chart:
    """A bar for each day."""
    most = max(amount for _, amount in days)
    floor = TOP + HEIGHT
    bars = [_bar(number, day, amount, most) for number, (day, amount) in enumerate(days)]
    return Chart(LEFT * 2 + STEP * len(days), floor + 24, floor, bars, usd(most), _described(days, most))


def _bar(number: int, day: date, amount: Decimal, most: Decimal) -> Bar:
    """What cost something is seen, however little."""
    height = max(int(HEIGHT * amount / most), 1) if amount else 0
    x, width = LEFT + number * STEP + GAP // 2, STEP - GAP
    label = str(day.day) if day.day == 1 or day.day % 5 == 0 else ""
    return Bar(x, TOP + HEIGHT - height, width, height, x + width // 2, label, f"{day:%-d %B}: {usd(amount)}")


def _described(days: list[tuple[date, Decimal]], most: Decimal) -> str:
    if not most:
        return "No day of this month has cost anything."
    day = next(day for day, amount in days if amount == most)
    spent = [amount for _, amount in days if amount]
    return f"{len(spent)} of {len(days)} days have cost something; the most is {usd(most)} on {day:%-d %B}."
