"""Calls that no recorder of Python sees, written down: what an instance's start runs, what its agents do, what Lambda
and the VPC's flow log do with our roles, and (services.py) what AWS does in its own name. Each with where it stands."""

import re
from collections.abc import Callable, Iterator

from tests.iam import services
from tests.iam.request import Request
from tests.iam.stack import PROCESSORS, Stack

# The command of the aws CLI -> (action, on what)
COMMANDS: dict[str, tuple[str, Callable[[Stack], list[str]]]] = {
    "s3api get-object": (  # with --version-id
        "s3:GetObjectVersion",
        lambda stack: [stack.s3(f"{stack.outputs['artifacts_bucket']}/app.zip")],
    ),
    "autoscaling complete-lifecycle-action": (
        "autoscaling:CompleteLifecycleAction",
        lambda stack: [_group(stack)],
    ),
    "lambda update-alias": (
        "lambda:UpdateAlias",
        lambda stack: [stack.function(each) for each in PROCESSORS],
    ),
}
# What in the script makes an agent call AWS -> actions (CloudWatch user guide, "Create IAM roles and users for use
# with the CloudWatch agent"). The group exists, so that the agent does not make it.
LOGS = ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
METRICS = ("cloudwatch:PutMetricData",)
# Systems Manager user guide, "ec2messages, ssmmessages, and other API operations"
CHANNELS = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
# Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC"
NETWORK = (
    "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
)  # fmt: skip
# Lambda developer guide, "Creating and configuring an Amazon SQS event source mapping"
POLLER = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")


def commands(script: str) -> set[str]:
    """The commands of the aws CLI in a script: "s3api get-object"."""
    return set(re.findall(r"(?:^|[\s(;&|])aws ([a-z0-9-]+ [a-z0-9-]+)", script, re.MULTILINE))


def requests(stack: Stack) -> list[Request]:
    """All of them, in the words of this stack."""
    return [*_start(stack), *_agents(stack), *_lambda(stack), *_network(stack), *services.needed(stack)]


def _start(stack: Stack) -> Iterator[Request]:
    for command in sorted(commands(stack.script)):
        action, places = COMMANDS[command]
        for where in places(stack):
            yield Request("web", action, where, f"deploy/user_data.sh: aws {command}")

    # Its packages, which dnf gets without credentials, by the VPC's endpoint
    packages = stack.s3(f"al2023-repos-{stack.region}-de612dc2/core/repodata/repomd.xml")
    yield Request("anybody", "s3:GetObject", packages, "deploy/user_data.sh: dnf")


def _agents(stack: Stack) -> Iterator[Request]:
    script, group = stack.script, stack.find("aws_cloudwatch_log_group", "web")["name"]
    for action in LOGS if "logs_collected" in script else ():
        yield Request("web", action, _stream(stack, group, action), "CloudWatch's agent")
    namespace = re.search(r'"namespace": "([^"]+)"', script)
    for action in METRICS if namespace else ():
        context = (("cloudwatch:namespace", namespace[1] if namespace else ""),)
        yield Request("web", action, "*", "CloudWatch's agent", context)
    if "${aws:AutoScalingGroupName}" in script:  # the agent reads it from the instance's tags
        yield Request("web", "ec2:DescribeTags", "*", "CloudWatch's agent")
    instance = stack.arn("ec2", "instance/i-0123456789abcdef0")
    yield Request("web", "ssm:UpdateInstanceInformation", instance, "Session Manager's agent")
    for channel in CHANNELS:
        yield Request("web", f"ssmmessages:{channel}", "*", "Session Manager's agent")


def _lambda(stack: Stack) -> Iterator[Request]:
    """With the function's role, but not from its code."""
    for processor in PROCESSORS:
        group = stack.find("aws_cloudwatch_log_group", processor)["name"]
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            yield Request(processor, action, _stream(stack, group, action), "Lambda, its log", (), False)
        for action in NETWORK:
            yield Request(processor, action, "*", "Lambda, its network interface", (), False)
        for action in POLLER:
            queue = stack.find("aws_lambda_event_source_mapping", processor)["event_source_arn"]
            yield Request(processor, action, queue, "Lambda, its queue's poller", (), False)


def _network(stack: Stack) -> Iterator[Request]:
    """VPC user guide, "Publish flow logs to CloudWatch Logs"."""
    group = stack.find("aws_cloudwatch_log_group", "network")["name"]
    for action in LOGS:
        yield Request("network", action, _stream(stack, group, action), "the VPC's flow log", (), False)
    yield Request("network", "logs:DescribeLogGroups", "*", "the VPC's flow log", (), False)


def _group(stack: Stack) -> str:
    return str(stack.find("aws_autoscaling_group", "web")["arn"])


def _stream(stack: Stack, group: str, action: str) -> str:
    """What CloudWatch Logs asks IAM about: its refusals name the group with ":log-stream:" and, where it means one,
    the stream."""
    stream = "" if action == "logs:DescribeLogStreams" else "any"
    return stack.arn("logs", f"log-group:{group}:log-stream:{stream}")
