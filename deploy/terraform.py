"""The terraform command for the other tools here: it runs in terraform/, with whatever its user has set."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "terraform"
COMMAND = ["terraform", f"-chdir={FOLDER}"]


def is_there() -> None:
    """Exit in words where terraform itself, or its `init`, is missing."""
    if not shutil.which("terraform"):
        sys.exit("Terraform is missing. Install 1.11 or newer: https://developer.hashicorp.com/terraform/install")
    if not (FOLDER / os.environ.get("TF_DATA_DIR", ".terraform")).exists():
        sys.exit("Terraform has not been set up in this folder. First: terraform -chdir=terraform init")


def apply(unasked: bool) -> None:
    """`terraform apply`, which asks its question unless told not to. Exits in words when it fails or is declined."""
    if subprocess.run([*COMMAND, "apply", *(["-auto-approve"] if unasked else [])]).returncode:
        sys.exit("Terraform did not apply; its reason stands above. Mend it, then run the same command again.")


def outputs() -> dict[str, Any]:
    """The root's outputs, name -> value; {} before the first apply. Exits in words when the state can't be read."""
    done = subprocess.run([*COMMAND, "output", "-json"], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit("Terraform's outputs could not be read; its reason stands above.")
    return {name: output["value"] for name, output in json.loads(done.stdout).items()}
