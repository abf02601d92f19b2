"""docs/deploy.md walked through: every line of its code is run against the applied stack, in the page's order, or is
named here with the reason why not. The file's name makes it run before test_apply.py, which destroys the stack."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs import aws_cli, shell
from tests.terraform.conftest import Applied

pytestmark = [pytest.mark.apply, pytest.mark.timeout(1200)]
PAGE = (Path(__file__).parents[2] / "docs/deploy.md").read_text()
# The beginning of a line -> why it is not run here.
NOT_RUN = {
    "make preflight": "tests/deploy/test_preflight.py",
    "make rollback": "tests/deploy/test_release.py",
    "git ": "another version's files",
    "sudo -u image_app bash": "needs an instance: the rehearsal has some",
    "cd /var/www/app": "needs an instance: the rehearsal has some",
    "eval ": "starts Session Manager's plugin; what it starts is checked below",
    "aws autoscaling cancel-instance-refresh": "moto has no instance refresh",
    "aws autoscaling update-auto-scaling-group": "moto starts no instance when the smallest size rises again",
    "terraform -chdir=terraform apply": "test_apply.py takes the protection off",
    "terraform -chdir=terraform destroy": "test_apply.py destroys",
    "cp ": "makes a file of the operator's",
    "bucket ": "a file's content",
    "caption": "lines of terraform.tfvars",
}

STATUS = (
    "aws rds describe-db-instances --db-instance-identifier annotations-restored"
    " --query DBInstances[0].MasterUserSecret.SecretStatus"
)


def code() -> list[str]:
    """The page's indented code, block by block."""
    return [block for block in shell.blocks(PAGE) if block.endswith("\n")]


def lines() -> Iterator[str]:
    """The lines of every block; one that ends with a backslash goes on, and a file's content is one."""
    for block in code():
        written = [block] if block.startswith("bucket ") else block.replace("\\\n", " ").splitlines()
        yield from (line.strip() for line in written)


def reason(line: str) -> str | None:
    return next((why for start, why in NOT_RUN.items() if line.startswith(start)), None)


class Guide:
    """Whoever follows the page: what they fill in, and what each command has answered."""

    def __init__(self, applied: Applied) -> None:
        self.applied = applied
        self.filled: dict[str, str] = {"YOUR-STATE": "state-of-the-guide", "BUCKET": applied.stack.outputs()["bucket"]}
        self.answers: dict[str, Any] = {}
        self.changed = False  # since the last apply

    def follow(self, line: str) -> None:
        for placeholder, value in self.filled.items():
            line = re.sub(rf"\b{placeholder}\b", value, line)
        if line.startswith("terraform "):
            self.terraform(shlex.split(line)[2:])
        elif line == "make deploy":
            self.deploy()
        else:
            self.aws(line)

    def deploy(self) -> None:
        """`make deploy` without building; the stack is applied already at first."""
        if self.changed:
            self.applied.stack.apply()
        self.changed = False

    def terraform(self, arguments: list[str]) -> None:
        """As it is written, in the stack's folder."""
        self.answers[arguments[0]] = self.applied.stack.terraform(*arguments)
        self.changed |= arguments[0] == "import"

    def aws(self, line: str) -> None:
        """Each command of the line; what is in $( ) first, and its answer in its place."""
        inner = ""
        for words in shell.commands(line):
            assert words[0] == "aws", f"Neither run nor named in NOT_RUN: {line}"
            command = aws_cli.parse([word.replace("$(…)", inner) for word in words])
            assert aws_cli.problems(command) == []
            inner = aws_cli.run(command, self.applied.account.client)
            self.answers[" ".join(words[1:3])] = inner


def test_the_page_is_walked_through(default: Applied):
    guide, s3 = Guide(default), default.account.client("s3")
    before = default.account.database()
    key = "uploads/11111111-2222-3333-4444-555555555555.jpg"
    version = s3.put_object(Bucket=guide.filled["BUCKET"], Key=key, Body=b"first")["VersionId"]
    s3.delete_object(Bucket=guide.filled["BUCKET"], Key=key)
    guide.filled |= {"uploads/KEY": key, "VERSION": version}
    for line in lines():
        if "--manage-master-user-password" in line:
            guide.follow(STATUS)
            assert guide.answers["rds describe-db-instances"] is None
        if not reason(line):
            guide.follow(line)
    assert s3.get_object(Bucket=guide.filled["BUCKET"], Key=key)["Body"].read() == b"first"
    assert s3.get_bucket_versioning(Bucket="state-of-the-guide")["Status"] == "Enabled"
    assert guide.answers["rds describe-db-instances"] == "active"
    restored = default.account.database()
    assert restored["DBInstanceIdentifier"] == before["DBInstanceIdentifier"]
    assert restored["DbiResourceId"] != before["DbiResourceId"]
    assert restored["DeletionProtection"]
    assert default.stack.outputs()["database"]["secret_arn"] == restored["MasterUserSecret"]["SecretArn"]
    tidy_up(default, guide)


def tidy_up(default: Applied, guide: Guide) -> None:
    """Leave what test_apply.py expects: no picture, no other bucket, no snapshot."""
    s3, bucket = default.account.client("s3"), guide.filled["BUCKET"]
    found = s3.list_object_versions(Bucket=bucket)
    for kept in found["Versions"] + found["DeleteMarkers"]:
        s3.delete_object(Bucket=bucket, Key=kept["Key"], VersionId=kept["VersionId"])
    s3.delete_bucket(Bucket="state-of-the-guide")
    default.account.client("rds").delete_db_snapshot(DBSnapshotIdentifier="annotations-old")


def test_nothing_is_left_out_without_a_reason():
    """And every reason is of some line."""
    written = list(lines())
    assert len(written) > 30
    assert [start for start in NOT_RUN if not any(line.startswith(start) for line in written)] == []


def test_commands_that_outputs_print(default: Applied):
    """With everything filled in as a person gets it."""
    outputs = default.stack.outputs()
    for name in ("set_model_key", "open_shell", "open_tunnel"):
        found = [aws_cli.parse(words) for words in shell.commands(outputs[name]) if words[0] == "aws"]
        assert found, name
        assert [each for command in found for each in aws_cli.problems(command)] == []
