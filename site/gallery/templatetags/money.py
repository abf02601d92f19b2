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
