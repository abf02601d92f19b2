"""The site in this process, called without a server: what `python -m benchmarks.inside NAME` runs in the production's
environment. CPU time is then that of the request alone."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

Application = Callable[..., Any]


def django(middleware: bool = True) -> Application:
    """The site's WSGI application; without middleware, it still knows the page /empty."""
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django as package
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpResponse
    from django.test import override_settings
    from django.urls import path

    package.setup()
    from config import urls

    if not any(getattr(each, "name", "") == "empty" for each in urls.urlpatterns):
        urls.urlpatterns.insert(0, path("empty", lambda request: HttpResponse(""), name="empty"))
    if middleware:
        return WSGIHandler()
    with override_settings(MIDDLEWARE=[]):
        return WSGIHandler()


def call(application: Application, target: str, cookie: str = "", status: str = "200") -> bytes:
    """GET; the body. AssertionError on another status."""
    path, _, query = target.partition("?")
    environment = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
        **({"HTTP_COOKIE": cookie} if cookie else {}),
    }  # fmt: skip
    found: list[str] = []
    response = application(environment, lambda line, headers, *rest: found.append(line))
    body = b"".join(response)
    if hasattr(response, "close"):
        response.close()
    assert found[0].startswith(status), (target, found[0], body[:500])
    return body


@contextmanager
def queries() -> Iterator[list[str]]:
    """The SQL that is sent within."""
    from django.db import connection

    sent: list[str] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield sent


def moderator() -> str:
    """The cookie of somebody who is logged in and may see the admin pages."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import Group, User
    from django.contrib.sessions.backends.db import SessionStore

    user, _ = User.objects.get_or_create(username="bench", is_staff=True)
    user.groups.add(Group.objects.get(name="Moderators"))
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"


def main() -> None:
    print(json.dumps(import_module(f"benchmarks.{sys.argv[1]}").inside()))


if __name__ == "__main__":
    main()
