"""`manage.py check --deploy` on the environment of production, for `make check`. Secrets Manager is moto, in this
process: the only thing of AWS that the settings ask for."""

import os
import sys
from pathlib import Path

import boto3
from django.core.management import execute_from_command_line
from moto import mock_aws

sys.path[:0] = [str(Path(__file__).parents[1] / "site")]


def main() -> None:
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    with mock_aws():
        region = os.environ["AWS_REGION"]
        manager = boto3.client("secretsmanager", region_name=region)
        secret = manager.create_secret(Name="key", SecretString="0123456789" * 5 + "abcdefghij")
        os.environ["SECRET_KEY_ARN"] = secret["ARN"]
        execute_from_command_line(["manage.py", "check", "--deploy", "--fail-level", "WARNING"])


if __name__ == "__main__":
    main()
