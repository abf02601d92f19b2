"""What Terraform built, by its state: who acts, names of resources, and every policy."""

import base64
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

PROCESSORS = ("thumbnail", "annotation")
ACTORS = ("web", *PROCESSORS)  # whose code is ours: each a module of the root with one role in it
ROLES = (*ACTORS, "network")  # the network's is of its flow log
POLICIES = {
    "aws_iam_role_policy": "role",
    "aws_s3_bucket_policy": "bucket",
    "aws_sns_topic_policy": "arn",
    "aws_sqs_queue_policy": "queue_url",
    "aws_secretsmanager_secret_policy": "secret_arn",
    "aws_vpc_endpoint": "service_name",
}


class Policy(NamedTuple):
    """`of`: a role's name, a bucket's name, a topic's ARN, a queue's URL, a service's name at an endpoint."""

    address: str
    kind: str
    of: str
    document: dict[str, Any]


class Stack:
    """`shown`: what `terraform show -json` prints of a state
    (https://developer.hashicorp.com/terraform/internals/json-format)."""

    def __init__(self, shown: dict[str, Any]) -> None:
        self.outputs = {name: each["value"] for name, each in shown["values"]["outputs"].items()}
        self._resources = list(_resources(shown["values"]["root_module"]))
        self.topic = str(self.outputs["topic_arn"])
        _, self.partition, _, self.region, self.account, _ = self.topic.split(":")
        self.policies = list(self._policies())

    def find(self, kind: str, module: str) -> dict[str, Any]:
        """The attributes of the one resource of this kind in this module of the root. LookupError in words where there
        is not exactly one."""
        found = self.all(kind, module)
        if len(found) != 1:
            raise LookupError(f"The state has {len(found)} of {kind} in module {module}: tests/iam/ means one.")
        return found[0]

    def all(self, kind: str, module: str = "") -> list[dict[str, Any]]:
        """The attributes of all of this kind, in this module or anywhere."""
        inside = f"module.{module}." if module else ""
        found = (each for each in self._resources if each["type"] == kind and each["address"].startswith(inside))
        return [dict(each["values"]) for each in found]

    def arn(self, service: str, name: str) -> str:
        """Of something in this account and region: arn:aws:sqs:us-east-1:123456789012:NAME."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{name}"

    def s3(self, path: str) -> str:
        """Of a bucket, or of BUCKET/KEY."""
        return f"arn:{self.partition}:s3:::{path}"

    def role(self, actor: str) -> str:
        """The name of its role."""
        return str(self.find("aws_iam_role", actor)["name"])

    def function(self, processor: str) -> str:
        """ARN of its function."""
        return str(self.find("aws_lambda_function", processor)["arn"])

    @property
    def script(self) -> str:
        """What an instance runs at its first start: deploy/user_data.sh as Terraform rendered it."""
        return base64.b64decode(self.find("aws_launch_template", "web")["user_data"]).decode()

    def identity_policies(self, role: str) -> list[Policy]:
        """The policies of a role of this name. LookupError where one is AWS's own: its text is not in the state."""
        if role in [each["role"] for each in self.all("aws_iam_role_policy_attachment")]:
            raise LookupError(
                f"{role} has a policy of AWS's, whose text is not in the state: write down what it needs."
            )
        return [each for each in self.policies if each.kind == "aws_iam_role_policy" and each.of == role]

    def resource_policy(self, arn: str) -> dict[str, Any] | None:
        """Of the bucket, topic, queue or secret that a request means; None where it has none."""
        service, path = arn.split(":")[2], arn.split(":", 5)[5]
        of = {"s3": path.split("/")[0], "sqs": self.queue_url(path)}.get(service, arn)
        found = [each.document for each in self.policies if each.kind != "aws_iam_role_policy" and each.of == of]
        return found[0] if found else None

    def endpoint_policies(self, service: str) -> list[Policy]:
        """Of the VPC's endpoints to this service."""
        ours = [each for each in self.policies if each.kind == "aws_vpc_endpoint"]
        return [each for each in ours if each.of.endswith(f".{service}")]

    def queue_url(self, name: str) -> str:
        """As in Terraform's state; "" where the state has no queue of this name."""
        urls = (each["url"] for each in self.all("aws_sqs_queue"))
        return next((url for url in urls if url.endswith(f"/{name}")), "")

    def _policies(self) -> Iterator[Policy]:
        for each in self._resources:
            text = each["values"].get("policy")
            if each["type"] in POLICIES and text:
                of = each["values"][POLICIES[each["type"]]]
                yield Policy(each["address"], each["type"], of, json.loads(text))


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (each for each in module.get("resources", []) if each["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from _resources(child)
