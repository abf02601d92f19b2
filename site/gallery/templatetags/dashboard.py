"""The admin's first page has no view of ours: its template asks for what it shows."""

from typing import Any

from django import template

from gallery.dashboard import Tile, tiles

register = template.Library()


@register.simple_tag(takes_context=True)
def dashboard(context: dict[str, Any]) -> list[Tile]:
    """`{% dashboard as tiles %}`: for who is logged in."""
    return tiles(context["user"])
