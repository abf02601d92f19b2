"""Terraform itself on terraform/: format, validity, and each module's own tests on a mocked AWS. Offline."""

import os
import shutil
import subprocess

import pytest

from tests.servers import terraform
from tests.servers.terraform import Stack, Terraform, TerraformError
from tests.terraform.hcl import MODULES, TERRAFORM

pytestmark = pytest.mark.terraform

# One value for each variable of the root that is refused, and what is said.
REFUSED = {
    "availability_zones": (["eu-west-1a", "eu-west-1b"], "must be zones of the region"),
    "name_prefix": ("Annotations!", "3 to 20 small letters"),
    "site_url": ("https://pictures.example.org", "give both or none"),
    "nat_gateways": ("none", "interface_endpoints must hold"),
    "ssh_public_key": ("-----BEGIN OPENSSH PRIVATE KEY-----", "the text of a public key"),
    "annotation_language": ("English", "language code"),
    "operator_contact": ("a\nb", "must be one line"),
    "log_retention_days": (31, "a number that CloudWatch knows"),
    "function_concurrency": (1, "from 2 to 1000"),
    "monthly_budget_usd": (50, "with an alarm_email"),
    "uploads_per_day": (0, "a whole number from 1"),
    "max_stored_gb": (-1, "must be 0 (no limit)"),
    "publish": ("later", 'must be "at once" or "after review"'),
    "database_users_version": (0, "a whole number from 1"),
}


@pytest.fixture
def stack(tmp_path):
    """A copy that can be planned; nobody listens at its endpoint."""
    return lambda **variables: Stack(tmp_path, "http://127.0.0.1:9", **variables)


def test_it_works(stack):
    assert "The configuration is valid" in stack().terraform("validate", "-no-color")


def test_format():
    command = ["terraform", "fmt", "-check", "-recursive", str(TERRAFORM)]
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, f"Run `terraform fmt -recursive terraform`: {done.stdout}"


@pytest.mark.parametrize("module", MODULES)
def test_module(module, tmp_path):
    folder = tmp_path / module
    shutil.copytree(TERRAFORM / "modules" / module, folder, ignore=terraform.NEVER_COPIED)
    run = Terraform(folder, tmp_path, AWS_REGION="us-east-1")
    run.init()
    assert 'run "it_works"... pass' in run("test", "-no-color")


def test_the_root_refuses_what_is_wrong(stack):
    wrong = {name: value for name, (value, _) in REFUSED.items()}
    with pytest.raises(TerraformError) as refused:
        stack(**wrong).plan()
    said = " ".join(str(refused.value).replace("│", " ").split())
    assert [name for name, (_, message) in REFUSED.items() if message not in said] == []


def test_the_sum_of_connections(tmp_path):
    """Of the defaults: five instances while a refresh replaces three, and eight of each function."""
    (tmp_path / "sum").mkdir()
    shutil.copy(TERRAFORM / "connections.tf", tmp_path / "sum")
    (tmp_path / "sum/variables.tf").write_text(
        'variable "web_capacity" {\n  default = { max = 3 }\n}\nvariable "function_concurrency" {\n  default = 8\n}\n'
        'output "together" {\n  value = local.max_connections\n}\n'
    )
    run = Terraform(tmp_path / "sum", tmp_path)
    run.init()
    run("apply", "-auto-approve", "-no-color")
    assert run("output", "together").strip() == "185"


def test_no_such_region(stack):
    with pytest.raises(TerraformError, match="name of an AWS region"):
        stack(region="Frankfurt").plan()


def test_valid_without_packages(tmp_path):
    (tmp_path / "empty").mkdir()
    stack = Stack(tmp_path, "http://127.0.0.1:9", build=tmp_path / "empty")
    assert "The configuration is valid" in stack.terraform("validate", "-no-color")
