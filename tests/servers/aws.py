"""moto as AWS, with S3 -> SNS -> a queue for each function as Terraform wires them. Who works on the queues:
`event_source`."""

import json
import logging
from typing import Any

import boto3
from moto.server import ThreadedMotoServer
from moto.sqs.models import sqs_backends

logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request

REGION = "us-east-1"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": REGION}


KINDS = ("thumbnail", "annotation")


class FakeAws:
    """`queues` and `dead_letters`: kind of job -> URL."""

    def __init__(self) -> None:
        self.server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self.server.start()
        host, port = self.server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        self.bucket = "pictures-test"
        self.queues: dict[str, str] = {}
        self.dead_letters: dict[str, str] = {}

    def client(self, service: str) -> Any:
        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="x"
        )

    def build(self) -> None:
        """Bucket, topic, queues, subscriptions and notification."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket=self.bucket)
        self.topic = self.client("sns").create_topic(Name="snsUploadsForProcessing")["TopicArn"]
        for kind in KINDS:
            self._queue(kind)
        rule = {"Name": "prefix", "Value": "uploads/"}
        configuration = {
            "TopicArn": self.topic,
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [rule]}},
        }
        s3.put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"TopicConfigurations": [configuration]}
        )

    def _queue(self, kind: str) -> None:
        """As terraform/modules/processor has it."""
        sqs = self.client("sqs")
        self.dead_letters[kind] = sqs.create_queue(QueueName=f"{kind}-dead-letters")["QueueUrl"]
        redrive = json.dumps({"deadLetterTargetArn": self._arn(self.dead_letters[kind]), "maxReceiveCount": 5})
        attributes = {"VisibilityTimeout": "180", "RedrivePolicy": redrive}
        self.queues[kind] = sqs.create_queue(QueueName=kind, Attributes=attributes)["QueueUrl"]
        self.client("sns").subscribe(
            TopicArn=self.topic, Protocol="sqs", Endpoint=self._arn(self.queues[kind]),
            Attributes={"RawMessageDelivery": "true"},
        )  # fmt: skip

    def forget_dead_letters(self) -> None:
        """From within: like AWS, moto allows a purge each minute."""
        for url in self.dead_letters.values():
            account, name = url.split("/")[-2:]
            sqs_backends[account][REGION].queues[name]._messages.clear()

    def _arn(self, url: str) -> str:
        names = ["QueueArn"]
        return str(
            self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]["QueueArn"]
        )

    def secret(self, name: str, text: str) -> str:
        return str(self.client("secretsmanager").create_secret(Name=name, SecretString=text)["ARN"])

    def stop(self) -> None:
        self.server.stop()


def pairs(urls: dict[str, str]) -> str:
    """As an environment variable has them."""
    return ",".join(f"{kind}={url}" for kind, url in urls.items())
