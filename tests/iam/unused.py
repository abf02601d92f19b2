"""The other direction: what a role may, and nobody was seen to need."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.iam.request import Request
from tests.iam.stack import ROLES, Stack

# Rights that no call here has used, and why they stay: (actor, action) -> reason.
KEPT = {
    ("thumbnail", "s3:DeleteObject"): "a picture that is deleted while its thumbnail is made: processors/thumbnail.py",
    ("web", "sqs:GetQueueAttributes"): "a job whose message is late by minutes: gallery/work/housekeeping.py",
}


class Right(NamedTuple):
    """One action on one pattern of a statement that allows it."""

    actor: str
    action: str
    pattern: str


def rights(stack: Stack) -> Iterator[Right]:
    """All that the roles' policies allow."""
    for actor in ROLES:
        for policy in stack.identity_policies(stack.role(actor)):
            allowing = (each for each in policy.document["Statement"] if each["Effect"] == "Allow")
            for statement in allowing:
                for action in _list(statement["Action"]):
                    yield from (Right(actor, action, pattern) for pattern in _list(statement["Resource"]))


def unused(stack: Stack, requests: Sequence[Request]) -> list[Right]:
    """Rights that none of the requests needs, but those in KEPT."""
    return [each for each in rights(stack) if (each.actor, each.action) not in KEPT and not _needed(each, requests)]


def _needed(right: Right, requests: Sequence[Request]) -> bool:
    pattern = re.escape(right.pattern).replace(r"\*", ".*").replace(r"\?", ".")
    asked = (each for each in requests if (each.actor, each.action) == (right.actor, right.action))
    return any(right.pattern == "*" or re.fullmatch(pattern, each.resource) for each in asked)


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
