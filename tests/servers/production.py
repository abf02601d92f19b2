"""The environment that Terraform sets, against moto and MariaDB, with a migrated database and collected files."""

import json
from typing import Any

from tests.servers.aws import KEYS, REGION, FakeAws, pairs
from tests.servers.site import manage


def environment(aws: FakeAws, mariadb: Any, gemini_url: str, static_root: str) -> dict[str, str]:
    """For the site and both functions, with a fresh database; RuntimeError where it can't be prepared."""
    name, password = mariadb.account()
    variables = {
        **KEYS,
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_REGION": REGION,
        "S3_BUCKET": aws.bucket,
        "QUEUES": pairs(aws.queues),
        "DEAD_LETTER_QUEUES": pairs(aws.dead_letters),
        "DATABASE_HOST": mariadb.host,
        "DATABASE_PORT": str(mariadb.port),
        "DATABASE_NAME": name,
        "DATABASE_SECRET_ARN": aws.secret("database", json.dumps({"username": name, "password": password})),
        "DATABASE_CA": mariadb.ca,
        "SECRET_KEY_ARN": aws.secret("secret-key", "a-long-secret-key-of-the-tests-0123456789-abcdefghij"),
        "CAPTIONER": "gemini",
        "GEMINI_SECRET_ARN": aws.secret("gemini", "the-gemini-key-of-the-tests"),
        "GEMINI_ENDPOINT": gemini_url,
        "STATIC_ROOT": static_root,
        "SITE_URL": "http://127.0.0.1",
        "ALLOW_HTTP_LOGIN": "yes",  # gunicorn is asked directly: no nginx says that it is by loopback
    }
    for command in (("migrate", "-v0"), ("collectstatic", "--no-input", "-v0")):
        done = manage(*command, **variables)
        if done.returncode:
            raise RuntimeError(done.stderr)
    return variables
