"""Headers that a client makes up: what others see stays the same, byte for byte."""

import requests

from tests.attack.slow import Row, site

TRICKS = {
    "SCRIPT_NAME": {"SCRIPT_NAME": "/evil", "Script-Name": "/evil"},
    "PATH_INFO": {"PATH_INFO": "/evil", "Path-Info": "/evil"},
    "X-Forwarded-Host": {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    "X-Forwarded-Prefix": {"X-Forwarded-Prefix": "/evil", "X-Script-Name": "/evil"},
    "X-Forwarded-For": {"X-Forwarded-For": "::ffff:10.0.0.1, 10.0.0.1:99, unknown, evil"},
    "X-Original-URL": {"X-Original-URL": "/admin/", "X-Rewrite-URL": "/admin/"},
    "X-HTTP-Method-Override": {"X-HTTP-Method-Override": "DELETE"},
    "Host": {"Host": "evil.example"},
}


def run() -> list[Row]:
    rows = []
    with site() as url:
        before = requests.get(url + "/gallery", timeout=10).content
        for name, headers in TRICKS.items():
            answer = requests.get(url + "/gallery?before=", headers=headers, timeout=10)
            requests.get(url + "/gallery", headers=headers, timeout=10)
            same = requests.get(url + "/gallery", timeout=10).content == before
            clean = b"evil" not in answer.content
            rows.append((f"header {name}", f"answered {answer.status_code}; others see the same", same and clean))
    return rows
