"""Guesses at a moderator's password."""

import re

import requests

from tests.attack.slow import Row, site

GUESSES = 80


def run() -> list[Row]:
    """One session guesses; the page refuses to look at more than a few."""
    with site() as url, requests.Session() as session:
        answers = [_guess(session, url, f"password-{number}") for number in range(GUESSES)]
    tried = answers.index(429) if 429 in answers else GUESSES
    return [(f"{GUESSES} guesses at /admin/login/", f"{tried} looked at, then 429", tried <= 10 and answers[-1] == 429)]


def _guess(session: requests.Session, url: str, password: str) -> int:
    page = session.get(url + "/admin/login/", timeout=10)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    if token is None:  # the login is closed for this address
        return page.status_code
    data = {"csrfmiddlewaretoken": token[1], "username": "moderator", "password": password}
    return session.post(url + "/admin/login/", data=data, timeout=10).status_code
