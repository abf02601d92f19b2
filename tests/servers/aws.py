"""moto as AWS, with S3 -> SNS -> Lambda as Terraform wires them. What a function gets is handed to its Python handler,
in this process, exactly as it comes."""

import io
import json
import logging
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
from moto.awslambda.models import LambdaFunction
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request

REGION = "us-east-1"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": REGION}


class FakeAws:
    def __init__(self) -> None:
        self.server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self.server.start()
        host, port = self.server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        self.handlers: dict[str, Callable[[Any, Any], Any]] = {}
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.errors: list[Exception] = []
        self.bucket = "pictures-test"
        self._invoke_really = LambdaFunction._invoke_lambda
        fake = self

        def invoke(function: Any, event: Any = None) -> tuple[str, bool, str]:
            return fake.deliver(function.function_name, event or {})  # moto has parsed it already

        LambdaFunction._invoke_lambda = invoke

    def client(self, service: str) -> Any:
        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="x"
        )

    def build(self) -> None:
        """Bucket, topic, functions, subscriptions, notification and secrets."""
        s3, sns, functions = self.client("s3"), self.client("sns"), self.client("lambda")
        s3.create_bucket(Bucket=self.bucket)
        self.topic = sns.create_topic(Name="snsUploadsForProcessing")["TopicArn"]
        role = {"Version": "2012-10-17", "Statement": []}
        role_arn = self.client("iam").create_role(RoleName="f", AssumeRolePolicyDocument=json.dumps(role))["Role"][
            "Arn"
        ]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as out:
            out.writestr("index.py", "")
        for name in ("thumbnail", "annotation"):
            function = functions.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Role=role_arn,
                Handler=f"processors.{name}.handler",
                Code={"ZipFile": code.getvalue()},
            )
            sns.subscribe(TopicArn=self.topic, Protocol="lambda", Endpoint=function["FunctionArn"])
        rule = {"Name": "prefix", "Value": "uploads/"}
        configuration = {
            "TopicArn": self.topic,
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [rule]}},
        }
        s3.put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"TopicConfigurations": [configuration]}
        )

    def secret(self, name: str, text: str) -> str:
        return str(self.client("secretsmanager").create_secret(Name=name, SecretString=text)["ARN"])

    def deliver(self, name: str, event: dict[str, Any]) -> tuple[str, bool, str]:
        """An error of one function is kept, not raised: moto would skip the other subscribers of the topic."""
        self.events.append((name, event))
        try:
            handler = self.handlers.get(name)
            return json.dumps(handler(event, None) if handler else {}), False, ""
        except Exception as error:
            self.errors.append(error)
            return json.dumps({"errorMessage": str(error)}), True, ""

    def stop(self) -> None:
        LambdaFunction._invoke_lambda = self._invoke_really
        self.server.stop()
