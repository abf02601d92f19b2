"""The different values of a column."""

from gallery.models import Image


def names_in(column: str) -> list[str]:
    """What a column of `Image` with an index holds, each name by one look at the index: DISTINCT would read all of
    it."""
    found: list[str] = []
    rows = Image.objects.order_by(column).values_list(column, flat=True)
    while following := rows.filter(**{f"{column}__gt": found[-1] if found else ""}).first():
        found.append(following)
    return found
