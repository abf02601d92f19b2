"""make deploy and make rollback as commands of their own: terraform is a script here, S3 and Lambda are moto, and the
instance refresh is a server of ours."""

import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deploy import former, refresh, release, terraform
from tests.servers.aws import KEYS, REGION, FakeAws
from tests.servers.instance_refresh import FakeInstanceRefresh
from tests.servers.instance_refresh import refresh as told

pytestmark = pytest.mark.server
TERRAFORM = """#!/bin/sh
echo "$@" >> {folder}/calls
case "$2" in
    output) cat {folder}/outputs.json ;;
    apply) exit $(cat {folder}/applies) ;;
esac
"""


@pytest.fixture
def refreshes() -> Any:
    fake = FakeInstanceRefresh()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def functions(aws: FakeAws) -> Any:
    """A function with two published versions; its alias live stands at the second."""
    client, trust = aws.client("lambda"), json.dumps({"Version": "2012-10-17", "Statement": []})
    role = aws.client("iam").create_role(RoleName="released", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    made = {"Runtime": "python3.13", "Role": role, "Handler": "index.handler", "Publish": True}
    client.create_function(FunctionName="released", Code={"ZipFile": code("1")}, **made)
    client.update_function_code(FunctionName="released", ZipFile=code("2"), Publish=True)
    client.create_alias(FunctionName="released", Name="live", FunctionVersion="2")
    return client


@pytest.fixture
def stack(aws: FakeAws, refreshes: FakeInstanceRefresh, functions: Any, tmp_path: Path, monkeypatch: Any) -> Any:
    """What a command finds: terraform on its PATH, AWS behind its endpoints, and no waiting."""
    outputs = {
        "site_url": "http://site.example", "auto_scaling_group": "annotations-web", "artifacts_bucket": "artifacts",
        "releases": {"released": "2"}, "log_groups": {"web": "/annotations/web"},
        "web_environment": {"AWS_REGION": REGION},
    }  # fmt: skip
    (tmp_path / "outputs.json").write_text(json.dumps({name: {"value": value} for name, value in outputs.items()}))
    (tmp_path / "applies").write_text("0")
    script = tmp_path / "terraform"
    script.write_text(TERRAFORM.format(folder=tmp_path))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "data").mkdir()
    environment = {
        **KEYS, "PATH": f"{tmp_path}:{os.environ['PATH']}", "TF_DATA_DIR": str(tmp_path / "data"),
        "AWS_ENDPOINT_URL": aws.url, "AWS_ENDPOINT_URL_AUTO_SCALING": refreshes.url,
    }  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(refresh.wait, "__defaults__", (0.01, 60))
    monkeypatch.setattr(refresh.started, "__defaults__", (0.01,))
    monkeypatch.setattr(refresh, "SHOWS_WITHIN", 1.0)
    return SimpleNamespace(refreshes=refreshes, functions=functions, folder=tmp_path, environment=environment)


def code(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.py", text)
    return out.getvalue()


def deploy() -> None:
    release.release(lambda outputs: None, unasked=True)


def calls(stack: Any) -> list[str]:
    return [line.partition(" ")[2] for line in (stack.folder / "calls").read_text().splitlines()]


def test_it_waits_until_every_instance_is_replaced(stack, capsys):
    old = told("Successful", 100, id="old")
    warming = told("InProgress", 0, "Waiting for instances to warm up")
    pending, half = told("Pending"), told("InProgress", 50)
    stack.refreshes.answers = [old, old, pending, pending, warming, warming, half, told("Successful", 100)]
    deploy()
    assert capsys.readouterr().out.splitlines() == [
        "Pending, 0 %",
        "InProgress, 0 %: Waiting for instances to warm up",
        "InProgress, 50 %",
        "Every instance runs the new version.",
        "released runs version 2.",
        "Released: http://site.example",
    ]
    assert calls(stack) == ["output -json", "apply -auto-approve", "output -json"]
    assert set(stack.refreshes.groups) == {"annotations-web"}


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful"])
def test_a_release_that_fails_is_loud(stack, status):
    stack.refreshes.answers = [None, told("InProgress", 33), told(status, 33, "Instance launch failed: i-1 & i-2")]
    with pytest.raises(SystemExit) as ended:
        deploy()
    words = str(ended.value)
    assert f"THE RELEASE HAS FAILED: the instance refresh ended as {status}, at 33 %." in words
    assert "Instance launch failed: i-1 & i-2" in words
    assert f"aws logs tail --since 2h --region {REGION} /annotations/web" in words
    assert "make rollback" in words


@pytest.mark.parametrize("before", [None, told("Successful", 100, id="old"), told("Failed", 0, id="old")])
def test_nothing_to_replace(stack, capsys, before):
    """A refresh of an earlier release is not taken for this one's, however it ended."""
    stack.refreshes.answers = [before]
    deploy()
    assert "Nothing changed for the instances" in capsys.readouterr().out


def test_one_that_was_in_progress_already_is_waited_for(stack, capsys):
    stack.refreshes.answers = [told("InProgress", 10, id="old")] * 2 + [told("Successful", 100, id="old")]
    deploy()
    assert "Every instance runs the new version." in capsys.readouterr().out


def test_one_that_takes_too_long(stack, monkeypatch):
    monkeypatch.setattr(refresh.wait, "__defaults__", (0.01, 0.2))
    stack.refreshes.answers = [None, told("InProgress", 10)]
    with pytest.raises(refresh.StillRunning, match=r"after 0 minutes \(InProgress, 10 %\)"):
        deploy()


def test_functions_that_were_not_switched(stack):
    stack.refreshes.answers = [None, told("Successful", 100)]
    stack.functions.update_alias(FunctionName="released", Name="live", FunctionVersion="1")
    with pytest.raises(SystemExit, match="alias live of released stands at version 1, and Terraform published 2"):
        deploy()
    stack.functions.update_alias(FunctionName="released", Name="live", FunctionVersion="2")


def test_terraform_that_does_not_apply(stack):
    (stack.folder / "applies").write_text("1")
    with pytest.raises(SystemExit, match="Terraform did not apply"):
        deploy()
    assert calls(stack)[-1] == "apply -auto-approve"


def test_it_asks_unless_told_not_to(stack):
    stack.refreshes.answers = [told("Successful", 100, id="old")]
    release.release(lambda outputs: None, unasked=False)
    assert "apply" in calls(stack)


def test_without_terraform_s_init_it_says_so(stack, monkeypatch):
    monkeypatch.setenv("TF_DATA_DIR", str(stack.folder / "nothing"))
    with pytest.raises(SystemExit, match="terraform -chdir=terraform init"):
        terraform.is_there()


def test_aws_that_does_not_answer_is_said_in_words(stack, monkeypatch):
    monkeypatch.setattr(release, "build", lambda outputs: None)
    stack.refreshes.answers = [None, "denied"]
    with pytest.raises(SystemExit) as ended:
        release.main(["--auto"])
    assert "AccessDenied" in str(ended.value)
    assert "goes on without us" in str(ended.value)


def test_rollback_brings_the_former_packages_back(stack, aws, monkeypatch, capsys):
    """As a command of its own, with its exit status."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="artifacts")
    s3.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
    uploads = [(key, "old") for key in former.KEYS] + [("app.zip", "new"), ("annotation.zip", "new")]
    versions = [put(s3, number, *each) for number, each in enumerate(uploads)]
    monkeypatch.setattr(former, "versions", lambda *_: versions)
    monkeypatch.setattr(release.package, "BUILD", stack.folder / "build")
    monkeypatch.setattr(release.choices, "choice", {"captioner": "gemini"}.get)
    stack.refreshes.answers = [told("Successful", 100, id="old")]
    release.main(["--rollback", "--auto"])
    packages = {file.name: file.read_text() for file in (stack.folder / "build").iterdir()}
    assert packages == dict.fromkeys(["app.zip", "thumbnail.zip", "annotation-gemini.zip"], "old")
    said = capsys.readouterr().out
    assert "Back from the packages of 2026-11-25 12:00:00 UTC to those of 2026-11-24 12:00:00 UTC." in said
    assert calls(stack)[1] == "apply -auto-approve"


def test_rollback_to_the_packages_of_another_captioner(stack, aws, monkeypatch):
    """It would give the function the libraries of one and the settings of the other."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="others")
    s3.put_bucket_versioning(Bucket="others", VersioningConfiguration={"Status": "Enabled"})
    versions = [put(s3, number, key, "old", "others") for number, key in enumerate([*former.KEYS, *former.KEYS])]
    monkeypatch.setattr(former, "versions", lambda *_: versions)
    monkeypatch.setattr(release.choices, "choice", {"captioner": "openai"}.get)
    with pytest.raises(SystemExit, match=r"those of the captioner gemini, and terraform\.tfvars chooses openai"):
        release.bring_back({**terraform.outputs(), "artifacts_bucket": "others"})


def put(s3: Any, number: int, key: str, text: str, bucket: str = "artifacts") -> former.Version:
    made = s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    return former.Version(key, made["VersionId"], datetime.fromisoformat(f"2026-11-{24 + number // 3}T12:00:00+00:00"))


def test_rollback_with_nothing_to_go_back_to(stack, monkeypatch):
    monkeypatch.setattr(former, "versions", lambda *_: [])
    with pytest.raises(SystemExit, match="one release only"):
        release.bring_back(terraform.outputs())
    (stack.folder / "outputs.json").write_text("{}")
    with pytest.raises(SystemExit, match="Nothing has been deployed"):
        release.bring_back(terraform.outputs())


def test_the_command_ends_with_status_1(stack):
    """The whole process, with a build that fails at once: no refresh, and a function that AWS does not have."""
    (stack.folder / "outputs.json").write_text("{}")
    command = [sys.executable, "-m", "deploy.release", "--rollback", "--auto"]
    done = subprocess.run(command, cwd=release.package.ROOT, env={**os.environ}, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Nothing has been deployed from this folder yet")
