"""What must be refused is refused by careful policies, and found out where they are careless."""

from typing import Any

import pytest

from tests.iam.a_stack import ARTIFACTS, BUCKET, allow, shown
from tests.iam.denied import ROWS, requests
from tests.iam.simulator import DENIED, decisions
from tests.iam.stack import ACTORS, Stack

pytestmark = pytest.mark.iam


def refused(**statements: list[dict[str, Any]]) -> dict[tuple[str, str, str], str]:
    """(actor, action, resource) -> decision, where the roles have these statements."""
    stack = Stack(shown(**statements))
    asked = requests(stack)
    return {each[:3]: said for each, said in zip(asked, decisions(asked, stack), strict=True)}


def test_it_works() -> None:
    """Roles that may do nothing: every question makes sense, and every answer is no."""
    found = refused()
    assert set(found.values()) <= set(DENIED)
    assert len(found) > 150


def test_no_question_is_asked_for_nothing() -> None:
    """With roles that may do everything each question about them has the other answer."""
    everything = [allow(["*"], "*")]
    found = refused(**dict.fromkeys(ACTORS, everything))
    still = {asked for asked, said in found.items() if asked[0] in ACTORS and said != "Allowed"}
    assert {(action, resource) for _, action, resource in still} == {
        ("s3:GetObject", f"{BUCKET}/uploads/a.jpg"),  # without TLS: the bucket denies it
        ("s3:GetObject", f"{BUCKET}/previews/a.webp"),
    }


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
    found = refused(**{actor: [allow([action], resource)]})
    assert {asked[:2] for asked, said in found.items() if said not in DENIED} == {(actor, action)}


def test_rows_are_of_all_kinds() -> None:
    services = {action.split(":")[0] for _, action, _ in ROWS}
    assert services >= {"s3", "secretsmanager", "sqs", "sns", "iam", "sts", "lambda", "ec2", "rds", "logs", "ssm"}
