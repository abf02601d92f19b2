"""parliament runs, finds what is wrong, and its exceptions are as narrow as they say."""

import pytest

from tests.iam import policies
from tests.iam.a_stack import BUCKET, allow, shown
from tests.iam.stack import Stack

pytestmark = pytest.mark.iam


def test_it_works() -> None:
    assert policies.findings(Stack(shown(web=[allow(["s3:GetObject"], f"{BUCKET}/uploads/*")]))) == []


def test_what_is_wrong_is_found() -> None:
    (found,) = policies.findings(Stack(shown(web=[allow(["s3:GetObjekt"], f"{BUCKET}/uploads/*")])))
    assert "module.web.aws_iam_role_policy.this: parliament finds UNKNOWN_ACTION" in found


def test_an_exception_is_for_what_it_names_alone() -> None:
    assert policies.findings(Stack(shown(web=[allow(["ec2:RunInstances"], "*")])))
    assert policies.meant("RESOURCE_STAR", "['ec2:RunInstances']") is False
    assert all(policies.EXCEPTIONS.values())
