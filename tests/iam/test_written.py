"""Calls that are written down are those that the script and the agents make."""

from tests.deploy.template import FILE
from tests.iam.a_stack import METRICS, shown
from tests.iam.stack import Stack
from tests.iam.written import COMMANDS, commands, requests

SCRIPT = FILE.read_text()
STACK = Stack(shown())


def test_it_works() -> None:
    found = {(each.actor, each.action) for each in requests(STACK)}
    assert ("web", "autoscaling:CompleteLifecycleAction") in found
    assert ("annotation", "sqs:ReceiveMessage") in found
    assert ("sns.amazonaws.com", "sqs:SendMessage") in found
    assert ("web", "lambda:UpdateAlias") not in found  # this stack's script has no such command


def test_metrics_name_their_namespace() -> None:
    (asked,) = [each for each in requests(STACK) if each.action == "cloudwatch:PutMetricData"]
    assert asked.context == (("cloudwatch:namespace", METRICS),)


def test_commands_of_the_script() -> None:
    """A command that is new in deploy/user_data.sh must be in COMMANDS, with what it needs; one that went must go."""
    assert commands(SCRIPT) == set(COMMANDS)


def test_how_commands_are_found() -> None:
    script = (
        'aws s3api get-object --bucket b\n  retry aws sqs purge-queue\nx="$(aws sts get-caller-identity)"\n# laws a b'
    )
    assert commands(script) == {"s3api get-object", "sqs purge-queue", "sts get-caller-identity"}


def test_the_version_is_asked_for() -> None:
    """As COMMANDS has it: without --version-id another right would be needed."""
    assert '--version-id "${app_version_id}"' in SCRIPT


def test_agents_of_the_script() -> None:
    """Log files, and metrics where the agent sends some; their namespace is what the right may name."""
    assert "logs_collected" in SCRIPT
    assert ("metrics_collected" in SCRIPT) == ('"namespace"' in SCRIPT)
