"""Pictures for the review, and its forms as a browser sends them."""

import re

from gallery.models import Image
from tests.site.gallery.rows import make, row


def due(number: int, **values) -> Image:
    image = make(number, review="due", caption_language="en", uploaded_at=f"2026-11-0{number} 10:00+00:00", **values)
    row(image, caption=image.caption, tags=[])
    return image


def shown(page) -> list[int]:
    """The ids of the pictures that the page brings, in order."""
    return [int(pk) for pk in re.findall(r'data-id="(\d+)"', page.text)]


def form(page) -> dict[str, str]:
    """What the browser would send of the first picture's form."""
    text = page.text[page.text.index('<article class="seen"') :]
    values = {name: field(text, name) for name in ("image", "shown", "use", "tags")}
    return {**values, **{name: area(text, name) for name in ("caption", "alt_text", "text")}}


def field(text: str, name: str) -> str:
    return re.search(f'name="{name}" value="([^"]*)"', text)[1]


def area(text: str, name: str) -> str:
    return re.search(f'name="{name}"[^>]*>([^<]*)</textarea>', text)[1]


def decide(client, action: str, address: str = "/review", page=None, **values):
    """Open the page, and press a button of its first picture."""
    return client.post(address, {**form(page or client.get(address)), "action": action, **values}, follow=True)


def stands(image: Image) -> tuple[str, str]:
    image.refresh_from_db()
    return image.verdict, image.review
