"""From recorded calls to questions."""

from typing import Any

import pytest

from tests.iam.a_stack import BUCKET, SECRET, queue, shown
from tests.iam.actions import UnknownCallError, requests_of
from tests.iam.stack import Stack

STACK = Stack(shown())


def call(service: str, operation: str, role: str = "web", **parameters: str) -> dict[str, Any]:
    return {"role": role, "service": service, "operation": operation, "parameters": parameters}


def asked(*calls: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [each[:3] for each in requests_of(calls, STACK)]


def test_it_works() -> None:
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/t-thumbnail"
    assert asked(
        call("s3", "HeadObject", Bucket="t-pictures", Key="uploads/a.jpg"),
        call("secretsmanager", "GetSecretValue", SecretId=f"{SECRET}key-aB3dE6"),
        call("sqs", "SendMessage", QueueUrl=url),
    ) == [
        ("web", "s3:GetObject", f"{BUCKET}/uploads/a.jpg"),
        ("web", "s3:ListBucket", BUCKET),
        ("web", "secretsmanager:GetSecretValue", f"{SECRET}key-aB3dE6"),
        ("web", "sqs:SendMessage", queue("t-thumbnail")),
    ]


def test_one_object_stands_for_its_folder() -> None:
    calls = [call("s3", "PutObject", Bucket="t-pictures", Key=key) for key in ("uploads/a", "uploads/b", "other/c")]
    assert [resource for _, _, resource in asked(*calls)] == [f"{BUCKET}/uploads/a", f"{BUCKET}/other/c"]
    assert len(asked(calls[0], call("s3", "PutObject", "thumbnail", Bucket="t-pictures", Key="uploads/a"))) == 2


@pytest.mark.parametrize("base", ["https://t-pictures.s3.amazonaws.com", "http://127.0.0.1:1/t-pictures"])
def test_signed_urls_are_read_wherever_the_bucket_stands(base: str) -> None:
    assert asked(call("s3", "presigned GET", Name=f"{base}/uploads/%C3%A4%201.jpg")) == [
        ("web", "s3:GetObject", f"{BUCKET}/uploads/ä 1.jpg")
    ]
    assert asked(call("s3", "presigned GET", Name=f"{base}/key")) == []  # signed to learn the address, never sent


def test_what_a_browser_gets_does_not_pass_the_endpoint() -> None:
    (request,) = requests_of([call("s3", "presigned GET", Name="https://t-pictures.s3/uploads/a.jpg")], STACK)
    assert not request.from_code


def test_a_version_needs_another_right() -> None:
    get = call("s3", "GetObject", Bucket="t-pictures", Key="uploads/a.jpg", VersionId="1")
    assert [action for _, action, _ in asked(get)] == ["s3:GetObjectVersion"]


def test_calls_that_nobody_thought_of_fail_in_words() -> None:
    with pytest.raises(UnknownCallError, match="thumbnail called kms Decrypt of AWS, and tests"):
        requests_of([call("kms", "Decrypt", "thumbnail")], STACK)
    with pytest.raises(UnknownCallError, match="with ACL, which needs a right of its own"):
        requests_of([call("s3", "PutObject", Bucket="b", Key="k", ACL="private")], STACK)
