"""A picture's form, filled in as its page came."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from gallery.models import Image

LIST = "/admin/gallery/image/"


def page_of(image: Image) -> str:
    return f"{LIST}{image.pk}/change/"


def change(client: Client, image: Image, meanwhile: Callable[[], Any] = lambda: None, **data: Any) -> None:
    """Save it with these values; `meanwhile` happens between opening and saving it."""
    values = _filled(client, image)
    meanwhile()
    assert client.post(page_of(image), values | data).status_code == 302
    image.refresh_from_db()


def save(client: Client, image: Image, **data: Any) -> Any:
    """The page that comes when it is sent with these values."""
    return client.post(page_of(image), _filled(client, image) | data, follow=True)


def _filled(client: Client, image: Image) -> dict[str, Any]:
    values: dict[str, Any] = {f"translations-{form}_FORMS": "0" for form in ("TOTAL", "INITIAL")}
    for field in client.get(page_of(image)).context["adminform"].form:
        values |= dict.fromkeys((field.html_name, field.html_initial_name), field.value() or "")
    return values
