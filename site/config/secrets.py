"""Secrets: Django's SECRET_KEY, made once and kept in a file on one machine; on AWS what Secrets Manager keeps."""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.utils import get_random_secret_key


def of_this_machine(folder: Path) -> str:
    """The key in `folder`/secret_key, made at the first start and readable by its owner alone."""
    file = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        with tempfile.NamedTemporaryFile("w", dir=folder) as fresh:  # readable by its owner alone
            fresh.write(get_random_secret_key())
            fresh.flush()
            with suppress(FileExistsError):  # another process was first
                os.link(fresh.name, file)
    return file.read_text().strip()


def from_manager(arn: str) -> str:
    """The secret's text; "" without an ARN, which `gallery.checks` reports. Exits in one line where it can't be
    read: on AWS nothing falls back to a default."""
    return _text(arn, "AWSCURRENT") if arn else ""


def if_put_in(arn: str) -> str:
    """The text of a secret that Terraform makes empty; "" while nobody has put one in, or without an ARN. Exits as
    `from_manager` does."""
    return _text(arn, "AWSCURRENT", may_be_empty=True) if arn else ""


def former(arn: str) -> list[str]:
    """The text that the secret had before, for SECRET_KEY_FALLBACKS: what was signed with it stays valid. Empty where
    it never had another. Exits as `from_manager` does."""
    return [text] if arn and (text := _text(arn, "AWSPREVIOUS", may_be_empty=True)) else []


def _text(arn: str, stage: str, *, may_be_empty: bool = False) -> str:
    """`may_be_empty`: "" where no version has this label, as before the first change of a secret."""
    try:
        return str(fetch(arn, stage)).strip()
    except Exception as error:
        if may_be_empty and type(error).__name__ == "ResourceNotFoundException":
            return ""
        sys.exit(f"The secret {arn} could not be read ({type(error).__name__}). May this role get its value?")


def fetch(arn: str, stage: str = "AWSCURRENT") -> Any:
    """A secret's current text, or the one before (Secrets Manager, GetSecretValue). Raises botocore's exceptions."""
    import boto3

    # an ARN names its region: arn:aws:secretsmanager:REGION:…
    manager = boto3.client("secretsmanager", region_name=arn.split(":")[3])
    return manager.get_secret_value(SecretId=arn, VersionStage=stage)["SecretString"]
