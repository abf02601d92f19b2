"""From a call to IAM's words: which actions it needs, and on what (Service Authorization Reference)."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from tests.iam.request import Request
from tests.iam.stack import Stack

Parameters = dict[str, str]
Place = Callable[[Parameters, Stack], str]


class UnknownCallError(Exception):
    """Nobody has said yet what this call needs."""


def an_object(parameters: Parameters, stack: Stack) -> str:
    return stack.s3(f"{parameters['Bucket']}/{parameters['Key']}")


def a_bucket(parameters: Parameters, stack: Stack) -> str:
    return stack.s3(parameters["Bucket"])


def signed(parameters: Parameters, stack: Stack) -> str:
    """The object of a URL of the pictures' bucket, wherever the bucket stands in it."""
    bucket, path = stack.outputs["bucket"], parameters["Name"].split("://")[1]
    key = path.split("/", 2)[2] if path.split("/")[1] == bucket else path.split("/", 1)[1]
    return stack.s3(f"{bucket}/{unquote(key)}")


def a_secret(parameters: Parameters, stack: Stack) -> str:
    return parameters["SecretId"]  # the product knows secrets by their ARN


def a_topic(parameters: Parameters, stack: Stack) -> str:
    return parameters["TopicArn"]


def a_queue(parameters: Parameters, stack: Stack) -> str:
    return stack.arn("sqs", parameters["QueueUrl"].rsplit("/", 1)[1])


# Operation of botocore -> (action, on what). One that is missing here fails the run.
ACTIONS: dict[str, list[tuple[str, Place]]] = {
    "s3 GetObject": [("s3:GetObject", an_object)],
    # S3 says 404 for a key that is free only to who may list the bucket, else 403 (S3 API reference, HeadObject)
    "s3 HeadObject": [("s3:GetObject", an_object), ("s3:ListBucket", a_bucket)],
    "s3 PutObject": [("s3:PutObject", an_object)],
    "s3 DeleteObject": [("s3:DeleteObject", an_object)],
    "s3 HeadBucket": [("s3:ListBucket", a_bucket)],
    "s3 ListObjectsV2": [("s3:ListBucket", a_bucket)],
    "s3 presigned GET": [("s3:GetObject", signed)],
    "secretsmanager GetSecretValue": [("secretsmanager:GetSecretValue", a_secret)],
    "sns Publish": [("sns:Publish", a_topic)],
    "sqs SendMessage": [("sqs:SendMessage", a_queue)],
    "sqs SendMessageBatch": [("sqs:SendMessage", a_queue)],
    "sqs ReceiveMessage": [("sqs:ReceiveMessage", a_queue)],
    "sqs DeleteMessage": [("sqs:DeleteMessage", a_queue)],
    "sqs DeleteMessageBatch": [("sqs:DeleteMessage", a_queue)],
    "sqs GetQueueAttributes": [("sqs:GetQueueAttributes", a_queue)],
}


def requests_of(calls: Iterable[dict[str, Any]], stack: Stack) -> list[Request]:
    """The questions that recorded calls come to, each once: of the objects under a prefix one stands for all.
    UnknownCallError names a call that is not in the tables."""
    found: dict[tuple[str, str, str], Request] = {}
    for call in calls:
        for request in _requests(call, stack):
            found.setdefault((request.actor, request.action, place(request.resource)), request)
    return list(found.values())


def place(resource: str) -> str:
    """The resource, and of an object its folder."""
    return resource.rsplit("/", 1)[0] + "/" if ":s3:::" in resource and "/" in resource else resource


def _requests(call: dict[str, Any], stack: Stack) -> Iterable[Request]:
    name, parameters = f"{call['service']} {call['operation']}", call["parameters"]
    if name not in ACTIONS:
        raise UnknownCallError(
            f"{call['role']} called {name} of AWS, and tests/iam/actions.py does not say what that needs. Look it up in"
            " AWS's Service Authorization Reference, and write it into ACTIONS."
        )
    if further := [each for each in ("ACL", "Tagging") if each in parameters]:
        raise UnknownCallError(f"{call['role']} called {name} with {further[0]}, which needs a right of its own.")
    if _is_example(name, parameters):
        return
    for action, where in ACTIONS[name]:
        versioned = f"{action}Version" if action == "s3:GetObject" and "VersionId" in parameters else action
        browser = name.startswith("s3 presigned")
        yield Request(call["role"], versioned, where(parameters, stack), f"recorded: {name}", (), not browser)


def _is_example(name: str, parameters: Parameters) -> bool:
    """The site signs the key "key" once, only to learn where the bucket's objects lie (gallery/storage.py)."""
    return name == "s3 presigned GET" and parameters["Name"].endswith("/key")
