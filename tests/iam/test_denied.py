"""What must be refused is refused by careful policies, and found out where they are careless."""

from typing import Any

import pytest

from tests.iam.a_stack import ARTIFACTS, BUCKET, allow, shown
from tests.iam.denied import ROWS, requests
from tests.iam.simulator import DENIED, decisions
from tests.iam.stack import ACTORS, Stack

pytestmark = pytest.mark.iam


def refused(stack: Stack) -> dict[tuple[str, str, str], str]:
    """(actor, action, resource) -> decision."""
    asked = requests(stack)
    return {each[:3]: said for each, said in zip(asked, decisions(asked, stack), strict=True)}


def without_endpoint(**statements: list[dict[str, Any]]) -> Stack:
    """A stack whose VPC has no endpoint to S3, where the roles have these statements."""
    state = shown(**statements)
    for module in state["values"]["root_module"]["child_modules"]:
        module["resources"] = [each for each in module["resources"] if each["type"] != "aws_vpc_endpoint"]
    return Stack(state)


def test_it_works() -> None:
    """Roles that may do nothing: every question makes sense, and every answer is no."""
    found = refused(Stack(shown()))
    assert set(found.values()) <= set(DENIED)
    assert len(found) > 150


def test_no_question_is_asked_for_nothing() -> None:
    """With roles that may do everything each question about them has the other answer."""
    everything = [allow(["*"], "*")]
    found = refused(without_endpoint(**dict.fromkeys(ACTORS, everything)))
    still = {asked for asked, said in found.items() if asked[0] in ACTORS and said != "Allowed"}
    assert {resource for _, _, resource in still} == {
        f"{BUCKET}/uploads/a.jpg",  # without TLS: the bucket denies it
        f"{BUCKET}/previews/a.webp",
    }


def test_the_endpoint_alone_keeps_an_intruder_in() -> None:
    found = refused(without_endpoint())
    assert {asked[0] for asked, said in found.items() if said == "Allowed"} == {"intruder"}


@pytest.mark.parametrize(
    ("actor", "action", "resource"),
    [
        ("thumbnail", "s3:PutObject", f"{BUCKET}/*"),
        ("web", "s3:GetObject", f"{ARTIFACTS}/*"),
        ("annotation", "sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:123456789012:t-*"),
        ("annotation", "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:123456789012:secret:*"),
    ],
)
def test_a_right_that_is_too_wide_is_found(actor: str, action: str, resource: str) -> None:
    found = refused(Stack(shown(**{actor: [allow([action], resource)]})))
    assert {asked[:2] for asked, said in found.items() if said not in DENIED} == {(actor, action)}


def test_rows_are_of_all_kinds() -> None:
    services = {action.split(":")[0] for _, action, _ in ROWS}
    assert services >= {"s3", "secretsmanager", "sqs", "sns", "iam", "sts", "lambda", "ec2", "rds", "logs", "ssm"}
