"""The lock file names the provider for everybody who applies, whatever their machine; a backend is theirs to name."""

import re
import shutil

import pytest

from tests.servers import terraform
from tests.servers.terraform import Terraform
from tests.terraform.hcl import TERRAFORM

LOCK = (TERRAFORM / ".terraform.lock.hcl").read_text()
PLATFORMS = 14  # of the provider's releases


def test_it_works():
    assert re.findall(r'provider "(\S+)"', LOCK) == ["registry.terraform.io/hashicorp/aws"]
    (constraint,) = re.findall(r'constraints = "(.+)"', LOCK)
    assert f'"{constraint}"' in (TERRAFORM / "versions.tf").read_text()


def test_every_platform_s_archive_has_its_checksum():
    """zh: the sha256 of an archive, as the release's signed list has it; that list has its manifest too."""
    archives = re.findall(r'"zh:([0-9a-f]{64})"', LOCK)
    assert len(set(archives)) == PLATFORMS + 1
    assert len(re.findall(r'"h1:[A-Za-z0-9+/]{43}="', LOCK)) >= 1


def copy(folder):
    shutil.copytree(TERRAFORM, folder / "terraform", ignore=terraform.NEVER_COPIED)
    (folder / "deploy").symlink_to(TERRAFORM.parent / "deploy")
    return Terraform(folder / "terraform", folder)


@pytest.mark.terraform
def test_this_platform_s_provider_is_the_one_that_is_locked(tmp_path):
    run = copy(tmp_path)
    assert "from the dependency lock file" in run("init", "-input=false", "-no-color")


@pytest.mark.terraform
def test_the_example_of_a_backend_wants_a_bucket(tmp_path):
    """So it is no .tf file: whoever has none of their own is asked nothing."""
    run = copy(tmp_path)
    shutil.copy(TERRAFORM / "backend.tf.example", tmp_path / "terraform/backend.tf")
    with pytest.raises(terraform.TerraformError, match='attribute "bucket" is required'):
        run("init", "-input=false", "-no-color")
