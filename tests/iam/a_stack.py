"""A small state as `terraform show -json` prints it, with the policies of a careful stack, for the tests of what
judges it. Nothing is applied."""

import base64
import json
from typing import Any

ACCOUNT, REGION = "123456789012", "us-east-1"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:t-uploads"
BUCKET, ARTIFACTS = "arn:aws:s3:::t-pictures", "arn:aws:s3:::t-artifacts"
METRICS = "t-instances"
SCRIPT = f"""
aws s3api get-object --version-id 1
aws autoscaling complete-lifecycle-action
{{"metrics": {{"namespace": "{METRICS}", "metrics_collected": {{}}}}, "logs": {{"logs_collected": {{}}}}}}
"""
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:"


def allow(actions: list[str], *resources: str, **more: Any) -> dict[str, Any]:
    """A statement of a policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources), **more}


def queue(name: str) -> str:
    """The ARN of a queue in this account."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def shown(**statements: list[dict[str, Any]]) -> dict[str, Any]:
    """The state; `statements`: of the roles web, thumbnail and annotation."""
    dead = {each: f"https://sqs/{ACCOUNT}/t-{each}-dead-letters" for each in ("thumbnail", "annotation")}
    outputs = {
        "topic_arn": TOPIC, "bucket": "t-pictures", "artifacts_bucket": "t-artifacts",
        "database": {"secret_arn": f"{SECRET}master-aB3dE6"}, "model_key_arn": f"{SECRET}t-gemini-key-1-aB3dE6",
        "web_environment": {
            "SECRET_KEY_ARN": f"{SECRET}key-aB3dE6", "METRICS_TOKEN_ARN": f"{SECRET}token-aB3dE6",
            "FUNCTIONS_DATABASE_SECRET_ARN": f"{SECRET}functions-aB3dE6",
        },
        "dead_letter_queues": dead,
    }  # fmt: skip
    modules = [_module(name, statements.get(name, [])) for name in ("web", "thumbnail", "annotation")]
    root = {"child_modules": [*modules, _others()]}
    return {"values": {"outputs": {name: {"value": each} for name, each in outputs.items()}, "root_module": root}}


def _module(name: str, statements: list[dict[str, Any]]) -> dict[str, Any]:
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:t-{name}"
    group = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/t-web"
    policy = {"Version": "2012-10-17", "Statement": statements}
    resources = [
        _resource(name, "aws_iam_role", name=f"t-{name}"),
        _resource(name, "aws_iam_role_policy", role=f"t-{name}", policy=json.dumps(policy)),
        _resource(name, "aws_cloudwatch_log_group", name=f"/t/{name}"),
    ]
    if name == "web":
        template = _resource(name, "aws_launch_template", user_data=base64.b64encode(SCRIPT.encode()).decode())
        return {"resources": [*resources, template, _resource(name, "aws_autoscaling_group", arn=group)]}
    queues = [each for which in (name, f"{name}-dead-letters") for each in _queue(name, f"t-{which}")]
    mapping = _resource(name, "aws_lambda_event_source_mapping", event_source_arn=queue(f"t-{name}"))
    return {"resources": [*resources, *queues, mapping, _resource(name, "aws_lambda_function", arn=function)]}


def _queue(module: str, name: str) -> list[dict[str, Any]]:
    """A queue that the topic may send to."""
    sender = {"Principal": {"Service": "sns.amazonaws.com"}, "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}}}
    url = f"https://sqs/{ACCOUNT}/{name}"
    return [
        _resource(module, "aws_sqs_queue", url=url, arn=queue(name)),
        _resource(
            module,
            "aws_sqs_queue_policy",
            queue_url=url,
            policy=_text(allow(["sqs:SendMessage"], queue(name), **sender)),
        ),
    ]


def _others() -> dict[str, Any]:
    tls = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]}
    tls["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    bucket = {
        "ArnEquals": {"aws:SourceArn": BUCKET},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }
    announces = allow(["sns:Publish"], TOPIC, Principal={"Service": "s3.amazonaws.com"}, Condition=bucket)
    calls = ["s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:PutObject"]
    own = allow(calls, BUCKET, f"{BUCKET}/*", ARTIFACTS, f"{ARTIFACTS}/*", Principal="*")
    packages = allow(["s3:GetObject"], f"arn:aws:s3:::al2023-repos-{REGION}-*/*", Principal="*")
    endpoint = {"service_name": f"com.amazonaws.{REGION}.s3", "policy": _text(own, packages)}
    alarms = f"arn:aws:sns:{REGION}:{ACCOUNT}:t-alarms"
    return {
        "resources": [
            _resource("network", "aws_vpc_endpoint", **endpoint),
            _resource("network", "aws_iam_role", name="t-flow-log"),
            _resource("network", "aws_cloudwatch_log_group", name="/t/flow"),
            _resource("storage", "aws_s3_bucket", bucket="t-access-logs", arn="arn:aws:s3:::t-access-logs"),
            _resource("monitoring", "aws_sns_topic", arn=alarms),
            _resource(
                "monitoring", "aws_cloudwatch_metric_alarm", arn=f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:t"
            ),
            _resource("storage", "aws_s3_bucket_policy", bucket="t-pictures", policy=_text(tls)),
            _resource("events", "aws_sns_topic_policy", arn=TOPIC, policy=_text(announces)),
        ]
    }


def _resource(module: str, kind: str, **values: Any) -> dict[str, Any]:
    return {"address": f"module.{module}.{kind}.this", "mode": "managed", "type": kind, "values": values}


def _text(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
