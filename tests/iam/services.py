"""What AWS's services do to our topics, queues and buckets, by the policies of those; and the same in the name of
somebody else's resources, which must be refused."""

from collections.abc import Iterator

from tests.iam.request import STRANGER, Request
from tests.iam.stack import PROCESSORS, Stack

LOAD_BALANCER = "logdelivery.elasticloadbalancing.amazonaws.com"
# EventBridge says of no rule on whose behalf it publishes, and AWS supports no condition for it in a topic's policy
# (EventBridge user guide, "Amazon SNS permissions"). So any rule may write to the topic of alarms that knows its name:
# what it could send there is mail, and nothing acts on it.
UNCONDITIONAL = {("events.amazonaws.com", "sns:Publish")}
S3_LOG = "logging.s3.amazonaws.com"
S3, SNS, ALARMS, EVENTS = (f"{name}.amazonaws.com" for name in ("s3", "sns", "cloudwatch", "events"))


def needed(stack: Stack) -> list[Request]:
    """All that must work."""
    own = stack.account
    uploads = _of(stack.s3(stack.outputs["bucket"]), own)
    alarm = _of(stack.all("aws_cloudwatch_metric_alarm")[0]["arn"], own)
    return [
        Request(S3, "sns:Publish", stack.topic, "the bucket announces an upload", uploads, False),
        Request(ALARMS, "sns:Publish", alarms(stack), "an alarm", alarm, False),
        Request(EVENTS, "sns:Publish", alarms(stack), "what the auto-scaling group reports", (), False),
        *_queues(stack, "the topic hands over an upload", stack.topic),
        *(Request(LOAD_BALANCER, "s3:PutObject", each, "its log", (), False) for each in _logs(stack, own)),
        *_reads(stack, "who reads the bucket", stack.s3(stack.outputs["bucket"])),
    ]


def forged(stack: Stack) -> list[Request]:
    """The same, of others."""
    own, bucket = stack.account, stack.s3(stack.outputs["bucket"])
    strangers = stack.arn("cloudwatch", "alarm:strangers")
    return [
        Request(S3, "sns:Publish", stack.topic, "of another bucket", _of(stack.s3("strangers-bucket"), own), False),
        Request(S3, "sns:Publish", stack.topic, "of another account", _of(bucket, STRANGER), False),
        Request(ALARMS, "sns:Publish", alarms(stack), "of another account", _of(strangers, STRANGER), False),
        *_queues(stack, "of another topic", stack.arn("sns", "other")),
        *(
            Request(LOAD_BALANCER, "s3:PutObject", each, "of another account", (), False)
            for each in _logs(stack, STRANGER)
        ),
        *_reads(stack, "of another bucket", stack.s3("strangers-bucket")),
    ]


def _reads(stack: Stack, source: str, bucket: str) -> Iterator[Request]:
    """S3 logs on behalf of a bucket who reads it."""
    for log in _log_buckets(stack):
        yield Request(S3_LOG, "s3:PutObject", f"{log}/pictures/any", source, _of(bucket, stack.account), False)


def alarms(stack: Stack) -> str:
    """The topic that tells people of alarms."""
    return str(stack.find("aws_sns_topic", "monitoring")["arn"])


def _queues(stack: Stack, source: str, topic: str) -> Iterator[Request]:
    """A topic sends to the processors' queues, and to their dead letters what it could not deliver there."""
    for processor in PROCESSORS:
        for queue in stack.all("aws_sqs_queue", processor):
            yield Request(SNS, "sqs:SendMessage", queue["arn"], source, _of(topic, stack.account), False)


def _logs(stack: Stack, account: str) -> Iterator[str]:
    """Where the load balancer of an account would write, if there are access logs."""
    for log in _log_buckets(stack):
        yield f"{log}/AWSLogs/{account}/elasticloadbalancing/any.log.gz"


def _log_buckets(stack: Stack) -> list[str]:
    return [each["arn"] for each in stack.all("aws_s3_bucket", "storage") if "access-logs" in each["bucket"]]


def _of(arn: str, account: str) -> tuple[tuple[str, str], ...]:
    """On whose behalf a service acts."""
    return (("aws:SourceArn", arn), ("aws:SourceAccount", account))
