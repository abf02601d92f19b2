"""Environments, each in a process of its own: settings are read once."""

import pytest

from tests.servers.site import manage

pytestmark = pytest.mark.server
AWS = {
    "S3_BUCKET": "b",
    "AWS_REGION": "us-east-1",
    "QUEUES": "thumbnail=u,annotation=u",
    "DATABASE_HOST": "h",
    "DATABASE_SECRET_ARN": "arn:s",
    "DATABASE_CA": "/ca",
    "SITE_URL": "https://pictures.example.org",
}


def test_it_works(tmp_path):
    done = manage("check", VAR_DIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_missing_variable_is_named():
    done = manage("check", **AWS)
    assert done.returncode == 1
    assert "The environment variable SECRET_KEY_ARN is missing" in done.stderr
    assert "(gallery.E001)" in done.stderr


@pytest.mark.parametrize("name", ["S3_BUCKET", "DATABASE_SECRET_ARN", "QUEUES"])
def test_one_variable_of_aws_asks_for_all(name):
    done = manage("check", **{name: "x"})
    assert done.returncode == 1
    assert done.stderr.count("gallery.E001") == 7


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MAX_FILES": "many"}, "MAX_FILES must be a whole number, not 'many'"),
        ({"UPLOAD_RATE": "lots"}, "UPLOAD_RATE is 'lots'"),
        ({"ANNOTATION_LANGUAGE": "Brazilian Portuguese"}, "ANNOTATION_LANGUAGE is 'Brazilian Portuguese'"),
        ({"SITE_URL": "pictures.example.org"}, "SITE_URL is 'pictures.example.org'"),
        ({"PUBLISH": "later"}, "PUBLISH must be “at once” or “after review”, not 'later'."),
    ],
)
def test_senseless_values_are_named(tmp_path, variables, words):
    done = manage("check", VAR_DIR=str(tmp_path), **variables)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_unreadable_secret_is_one_line():
    done = manage(
        "check",
        **AWS,
        SECRET_KEY_ARN="arn:aws:secretsmanager:us-east-1:1:secret:k",
        AWS_ENDPOINT_URL="http://127.0.0.1:9",
    )
    assert done.returncode == 1
    assert "could not be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_moderator_command(tmp_path):
    manage("migrate", "-v0", VAR_DIR=str(tmp_path))
    done = manage("moderator", "ann", VAR_DIR=str(tmp_path))  # no password on standard input
    assert done.returncode == 1
    assert "Nothing was changed" in done.stderr
