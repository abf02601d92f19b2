"""Somebody at a browser, as far as HTTP goes."""

import html
import re
from typing import Any
from uuid import uuid4

import requests

SECONDS = 30


class Visitor:
    """Uploads, looks at pages, and logs in to the admin pages if there is an account."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        # As whoever has looked at the upload page: who has no cookie may get a gallery that is five seconds old.
        self.session.cookies.set("uploader", uuid4().hex)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *reason: Any) -> None:
        self.session.close()

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.url + path, timeout=SECONDS, **options)

    def post(self, path: str, data: dict[str, Any], files: Any = None) -> requests.Response:
        """Fill in the form on the page and send it."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path).text)
        assert token, f"no form on {path}"
        data = {"csrfmiddlewaretoken": token[1], **data}
        return self.session.post(self.url + path, data=data, files=files, timeout=SECONDS)

    def upload(self, name: str, body: bytes, content_type: str = "image/jpeg") -> str:
        """Upload one picture by the plain form; returns its uuid. AssertionError with the page's words if refused."""
        answer = self.post("/", {}, [("files", (name, body, content_type))])
        found = re.search(r"/images/([0-9a-f-]{36})", answer.text)
        assert found, f"{answer.status_code}: {answer.text}"
        return found[1]

    def pictures(self, path: str) -> list[str]:
        """The addresses of the pictures on a page."""
        page = self.get(path)
        assert page.status_code == 200, page.text
        return [html.unescape(src) for src in re.findall(r'<img[^>]* src="([^"]+)"', page.text)]

    def log_in(self, name: str, password: str) -> None:
        answer = self.post("/admin/login/", {"username": name, "password": password, "next": "/admin/"})
        assert "Log out" in answer.text, answer.text

    def admin_action(self, action: str, *ids: int, **answers: str) -> requests.Response:
        """`answers`: to what the action asks."""
        chosen = {"action": action, "_selected_action": [str(pk) for pk in ids]}
        return self.post("/admin/gallery/image/", {**chosen, **answers})
