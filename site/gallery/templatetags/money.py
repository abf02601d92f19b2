"""Money, moments and numbers in templates."""

from django import template

from gallery import spending_words

register = template.Library()
register.filter("usd", spending_words.usd)
register.filter("moment", spending_words.moment)


@register.filter
def thousands(number: int) -> str:
    """1,234,567."""
    return f"{number:,}"


@register.filter
def percent(share: float) -> str:
    """Of 0.875: "87.5 %"."""
    return f"{100 * share:.1f} %"


@register.filter
def characters(number: float) -> str:
    """ "12 characters"; of a median between two, "12.5 characters"."""
    return f"{number:,g} character{'' if number == 1 else 's'}"
