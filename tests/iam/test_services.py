"""What AWS's services do with our topics, queues and buckets."""

import pytest

from tests.iam.a_stack import TOPIC, shown
from tests.iam.services import SNS, UNCONDITIONAL, forged, needed
from tests.iam.simulator import decisions
from tests.iam.stack import Stack

STACK = Stack(shown())


def test_it_works() -> None:
    """The topic reaches each queue, and its dead letters."""
    queues = [each.resource.split(":")[-1] for each in needed(STACK) if each.actor == SNS]
    assert sorted(queues) == ["t-annotation", "t-annotation-dead-letters", "t-thumbnail", "t-thumbnail-dead-letters"]


def test_what_is_needed_is_forged_too() -> None:
    """But for what AWS lets nobody put a condition on."""
    assert {each[:2] for each in needed(STACK)} - {each[:2] for each in forged(STACK)} == UNCONDITIONAL


@pytest.mark.iam
def test_the_source_decides() -> None:
    asked = [each for each in (*needed(STACK), *forged(STACK)) if each.actor == SNS]
    ours = [dict(each.context)["aws:SourceArn"] == TOPIC for each in asked]
    assert [said == "Allowed" for said in decisions(asked, STACK)] == ours
    assert len(set(ours)) == 2
