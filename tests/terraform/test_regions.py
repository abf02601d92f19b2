"""Every region that terraform/ admits has what its defaults name: types of instances, the database's class and version,
the functions' runtime. Asked of cfn-lint, which carries AWS's own lists by region (CloudFormation's schemas)."""

import json
import re
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint

from tests.terraform.hcl import TERRAFORM, blocks

CERTIFICATES = TERRAFORM.parent / "deploy" / "rds-ca.pem"  # what variables.tf asks whether a region is admitted
VERSIONS = "E3691"  # cfn-lint knows the minor versions only; RDS takes the major one and chooses


def regions() -> list[str]:
    return sorted(set(re.findall(r"Amazon RDS ([a-z0-9-]+) Root CA", CERTIFICATES.read_text())))


def defaults() -> dict[str, str]:
    """What is used where nobody says otherwise."""
    variables, database = blocks("", "variable"), blocks("database", "resource aws_db_instance")["this"]
    return {
        "instance": variables["instance_type"]["default"],
        "bastion": next(iter(blocks("bastion", "resource aws_instance").values()))["instance_type"],
        "class": variables["database_instance_class"]["default"],
        "version": database["engine_version"],
        "runtime": blocks("processor", "resource aws_lambda_function")["this"]["runtime"],
    }


def found(**changed: str) -> list[str]:
    """What is not there, in cfn-lint's words."""
    named = defaults() | changed
    volumes = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp3"}}]
    machine = {"ImageId": "ami-0123456789abcdef0", "BlockDeviceMappings": volumes}
    web, bastion = (machine | {"InstanceType": named[each]} for each in ("instance", "bastion"))
    database = {
        "Engine": "mysql", "EngineVersion": named["version"], "DBInstanceClass": named["class"], "StorageType": "gp3",
        "AllocatedStorage": "20", "MasterUsername": "admin", "ManageMasterUserPassword": True,
    }  # fmt: skip
    code = {"S3Bucket": "artifacts", "S3Key": "thumbnail.zip"}
    function = {"Runtime": named["runtime"], "Handler": "a.b", "Role": "arn:aws:iam::123456789012:role/a", "Code": code}
    resources = {
        "Web": _resource("AWS::EC2::Instance", web),
        "Bastion": _resource("AWS::EC2::Instance", bastion),
        "Database": _resource("AWS::RDS::DBInstance", database),
        "Function": _resource("AWS::Lambda::Function", function),
    }
    template = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
    told = lint(template, config=ManualArgs(regions=regions()))
    return [f"{each.rule.id} {each.message}" for each in told if not _is_major(each, named["version"])]


def _resource(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def _is_major(told: Any, version: str) -> bool:
    """Whether it only says that this is a major version, of which it has minor ones."""
    return told.rule.id == VERSIONS and f"'{version}." in told.message


def absent(told: list[str]) -> set[str]:
    """The regions that are named."""
    return {region for each in told for region in re.findall(r" in '([a-z0-9-]+)'$", each)}


def test_it_works() -> None:
    assert found() == []
    assert len(regions()) >= 27


def test_a_former_default_is_found() -> None:
    """t2.micro is in no newer region: with it an apply there failed."""
    missing = absent(found(instance="t2.micro"))
    assert {"eu-north-1", "eu-central-2", "af-south-1", "ap-southeast-4", "me-central-1"} <= missing
    assert not {"us-east-1", "eu-west-1"} & missing


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"bastion": "t2.micro"}, "E3628"),
        ({"class": "db.t2.micro"}, "E3025"),
        ({"version": "8.9"}, "E3691"),
        ({"runtime": "python3.99"}, "E3030"),
        ({"runtime": "python3.8"}, "W2531"),  # no longer made
    ],
)
def test_what_is_nowhere_is_found(changed: dict[str, str], rule: str) -> None:
    assert rule in {each.split()[0] for each in found(**changed)}
