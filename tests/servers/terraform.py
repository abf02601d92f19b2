"""terraform/ applied to an AWS that listens on loopback. It runs in a copy, with the provider's settings for the
emulator in an override file there, so that the product's own files know nothing of it."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.servers.aws import KEYS

ROOT = Path(__file__).resolve().parents[2]
MISSING = "The terraform binary is missing. Install Terraform 1.11 or newer: developer.hashicorp.com/terraform/install"
PRIVATE = ("terraform.tfvars", "*.auto.tfvars", "backend.tf", "backend.hcl")  # of the person whose stack it is
NEVER_COPIED = shutil.ignore_patterns(".terraform", "*.tfstate*", *PRIVATE)
OVERRIDE = """
provider "aws" {
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  max_retries                 = 3
}
"""


class TerraformError(Exception):
    """terraform ended with an error; the text is what it said."""


class Terraform:
    """The terraform command in one folder. TERRAFORM_MIRROR names a folder with providers in filesystem-mirror layout;
    without it terraform downloads them as usual. `scratch`: where the command's own configuration is written."""

    def __init__(self, folder: Path, scratch: Path, **environment: str) -> None:
        if not shutil.which("terraform"):
            raise TerraformError(MISSING)
        self.folder = folder
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        self.environment = {**kept, "TF_CLI_CONFIG_FILE": str(cli_config(scratch)), "TF_IN_AUTOMATION": "1"}
        self.environment |= environment

    def __call__(self, *arguments: str, seconds: float = 900) -> str:
        """What `terraform ARGUMENTS` prints; TerraformError if it fails."""
        done = subprocess.run(
            ["terraform", *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True,
            timeout=seconds,
        )  # fmt: skip
        if done.returncode:
            raise TerraformError(f"terraform {' '.join(arguments)}\n{done.stdout[-6000:]}\n{done.stderr}")
        return done.stdout

    def init(self) -> None:
        self("init", "-backend=false", "-input=false", "-no-color")


class Stack:
    """One deployment in the AWS at `endpoint`. `folder` becomes a small copy of the repository: terraform/, with
    deploy/, processors/ and `build` (the artifacts of `make package`) beside it."""

    def __init__(self, folder: Path, endpoint: str, build: Path = ROOT / "build", **variables: Any) -> None:
        self.folder = folder / "terraform"
        shutil.copytree(ROOT / "terraform", self.folder, ignore=NEVER_COPIED)
        for name in ("deploy", "processors"):
            (folder / name).symlink_to(ROOT / name)
        (folder / "build").symlink_to(build)
        (self.folder / "emulator_override.tf").write_text(OVERRIDE)
        self.set(**variables)
        self.terraform = Terraform(self.folder, folder, AWS_ENDPOINT_URL=endpoint, **KEYS)
        self.terraform.init()

    def set(self, **variables: Any) -> None:
        """The root's variables from now on; the ones that are not named have their defaults."""
        (self.folder / "test.auto.tfvars.json").write_text(json.dumps(variables))

    def apply(self) -> str:
        return self.terraform("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=20")

    def destroy(self) -> str:
        return self.terraform("destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=20")

    def plan(self) -> dict[str, Any]:
        """What an apply would do now (https://developer.hashicorp.com/terraform/internals/json-format)."""
        self.terraform("plan", "-input=false", "-no-color", "-out=next.tfplan")
        return dict(json.loads(self.terraform("show", "-json", "next.tfplan")))

    def outputs(self) -> dict[str, Any]:
        """The root's outputs, name -> value."""
        return {name: output["value"] for name, output in json.loads(self.terraform("output", "-json")).items()}

    def resources(self) -> list[dict[str, Any]]:
        """Every managed resource in the state, of the root and of its modules, as Terraform's JSON has it."""
        root = json.loads(self.terraform("show", "-json"))["values"]["root_module"]
        folders = [root, *root.get("child_modules", [])]
        return [each for folder in folders for each in folder.get("resources", []) if each["mode"] == "managed"]

    def addresses(self) -> list[str]:
        """Every managed resource in the state."""
        listed = self.terraform("state", "list").split()
        return [address for address in listed if ".data." not in f".{address}"]


def cli_config(folder: Path) -> Path:
    """Terraform's own configuration file, in `folder`: no call home, and the mirror where there is one."""
    lines = ["disable_checkpoint = true"]
    if mirror := os.environ.get("TERRAFORM_MIRROR"):
        lines += ["provider_installation {", "  filesystem_mirror {", f'    path = "{mirror}"', "  }", "}"]
    file = folder / "terraform.rc"
    file.write_text("\n".join(lines) + "\n")
    return file
