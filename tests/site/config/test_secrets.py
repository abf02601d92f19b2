"""Django's SECRET_KEY from Secrets Manager, and the one before it; the token for /metrics, which may be empty."""

from typing import Any

import pytest
from django.test import Client

from config import secrets
from tests.servers.aws import KEYS
from tests.servers.site import manage
from tests.site.config.test_settings import AWS

pytestmark = pytest.mark.server
OLD, NEW = "the-old-key-" + "0123456789" * 4, "the-new-key-" + "abcdefghij" * 4
SHOW = "from django.conf import settings as s; print(s.SECRET_KEY, s.SECRET_KEY_FALLBACKS, s.ALLOW_HTTP_LOGIN)"


@pytest.fixture
def arn(aws: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A secret that was never changed."""
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": aws.url}.items():
        monkeypatch.setenv(name, value)
    return str(aws.secret(request.node.name.split("[")[0], OLD))


def change(aws: Any, arn: str) -> None:
    aws.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=NEW)


def test_it_works(aws: Any, arn: str) -> None:
    assert (secrets.from_manager(arn), secrets.former(arn)) == (OLD, [])
    change(aws, arn)
    assert (secrets.from_manager(arn), secrets.former(arn)) == (NEW, [OLD])


def test_without_a_secret() -> None:
    assert (secrets.from_manager(""), secrets.former("")) == ("", [])


def test_a_former_key_that_cannot_be_read_is_said(arn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No rights, or no network, are not "none": people would be signed out for it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(SystemExit, match="could not be read"):
        secrets.former(arn)


def test_settings(aws: Any, arn: str) -> None:
    change(aws, arn)
    environment = {**AWS, **KEYS, "AWS_ENDPOINT_URL": aws.url, "SECRET_KEY_ARN": arn}
    shown = manage("shell", "-v0", "-c", SHOW, **environment).stdout.strip()
    assert shown == f"{NEW} ['{OLD}'] False"
    assert manage("shell", "-v0", "-c", SHOW, **environment, ALLOW_HTTP_LOGIN="yes").stdout.endswith(" True\n")


def empty(aws: Any, name: str) -> str:
    """A secret as Terraform makes it for a person to put something in."""
    return str(aws.client("secretsmanager").create_secret(Name=name)["ARN"])


def test_a_secret_that_nobody_has_put_in_yet(aws: Any, arn: str) -> None:
    metrics = empty(aws, "metrics-token")
    assert (secrets.if_put_in(metrics), secrets.if_put_in("")) == ("", "")
    change(aws, metrics)
    assert secrets.if_put_in(metrics) == NEW
    with pytest.raises(SystemExit, match="could not be read"):
        secrets.from_manager(empty(aws, "no-secret-key"))


def test_settings_have_the_token_for_metrics(aws: Any, arn: str) -> None:
    """Without one /metrics answers this machine alone; a failure to read it is not "none"."""
    metrics = empty(aws, "token-of-settings")
    environment = {**AWS, **KEYS, "AWS_ENDPOINT_URL": aws.url, "SECRET_KEY_ARN": arn, "METRICS_TOKEN_ARN": metrics}
    show = "from django.conf import settings as s; print(repr(s.METRICS_TOKEN))"
    assert manage("shell", "-v0", "-c", show, **environment).stdout == "''\n"
    change(aws, metrics)
    assert manage("shell", "-v0", "-c", show, **environment).stdout == f"'{NEW}'\n"


@pytest.mark.django_db
@pytest.mark.parametrize(("former", "status"), [([OLD], 200), ([], 302)])
def test_a_new_key_signs_nobody_out(settings: Any, admin_user: Any, former: list[str], status: int) -> None:
    settings.SECRET_KEY = OLD
    client = Client()
    client.force_login(admin_user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, former
    assert client.get("/admin/").status_code == status
