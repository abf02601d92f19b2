"""What is noted of a process: an instance's, and a function's in Lambda's runtime."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.iam.recorder import environment
from tests.servers.aws import KEYS, FakeAws
from tests.servers.runtime import Runtime

ROOT = Path(__file__).parents[3]
CALLS = """
import boto3, sys
s3 = boto3.client("s3", config=boto3.session.Config(s3={"addressing_style": "path"}))
s3.put_object(Bucket="pictures-test", Key="uploads/a.jpg", Body=b"what is in it")
boto3.client("secretsmanager").create_secret(Name="key", SecretString="the secret")
"""
SIGNS = """
import sys
sys.path.insert(0, "site")
from gallery.presign import Presigner
from botocore.credentials import ReadOnlyCredentials
Presigner("https://b.example/", "us-east-1", 3600).url("thumbnails/ä 1.webp", ReadOnlyCredentials("x", "y", None), 1)
"""


def run(source: str, file: Path, **variables: str) -> list[dict[str, Any]]:
    """What is noted of a Python that runs this."""
    env = {**environment(file), **KEYS, **variables}
    subprocess.run([sys.executable, "-c", source], cwd=ROOT, env=env, check=True)
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.mark.server
def test_it_works(aws: FakeAws, tmp_path: Path) -> None:
    noted = run(CALLS, tmp_path / "calls", AWS_ENDPOINT_URL=aws.url)
    parameters = {"Bucket": "pictures-test", "Key": "uploads/a.jpg"}
    assert noted == [
        {"role": "web", "service": "s3", "operation": "PutObject", "parameters": parameters},
        {"role": "web", "service": "secretsmanager", "operation": "CreateSecret", "parameters": {"Name": "key"}},
    ]


def test_what_the_site_signs(tmp_path: Path) -> None:
    (noted,) = run(SIGNS, tmp_path / "calls")
    assert (noted["service"], noted["operation"]) == ("s3", "presigned GET")
    assert noted["parameters"] == {"Name": "https://b.example/thumbnails/%C3%A4%201.webp"}


@pytest.mark.server
def test_a_call_that_is_refused_is_noted_too(aws: FakeAws, tmp_path: Path) -> None:
    source = "import boto3\ntry: boto3.client('sns').publish(TopicArn='arn:none', Message='m')\nexcept Exception: pass"
    (noted,) = run(source, tmp_path / "calls", AWS_ENDPOINT_URL=aws.url)
    assert (noted["operation"], noted["parameters"]) == ("Publish", {"TopicArn": "arn:none"})


@pytest.mark.package
@pytest.mark.server
def test_in_lambdas_runtime(aws: FakeAws, tmp_path: Path) -> None:
    """Its path is Lambda's own, and it has no site-packages, where Python would look for sitecustomize. The package
    brings boto3 along, as the product's do."""
    for name in ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3"):
        (tmp_path / name).symlink_to(Path(boto3.__file__).parents[1] / name)
    (tmp_path / "mine.py").write_text(
        "import boto3\ndef handler(event, context):\n  return len(boto3.client('s3').list_buckets()['Buckets'])"
    )
    variables = {**environment(tmp_path / "calls"), "AWS_ENDPOINT_URL": aws.url}
    runtime = Runtime(tmp_path, "mine.handler", variables)
    try:
        assert runtime.invoke({}) >= 1  # buckets; others may have made more
    finally:
        runtime.close()
    noted = json.loads((tmp_path / "calls").read_text())
    assert (noted["role"], noted["operation"]) == ("mine", "ListBuckets")


def test_without_a_file_nothing_is_changed(tmp_path: Path) -> None:
    env = environment(tmp_path / "calls") | {"AWS_CALLS": ""}
    source = "import sys; print({type(each).__module__ for each in sys.meta_path}, 'sitecustomize' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], env=env, check=True, capture_output=True, text=True)
    assert "'sitecustomize'" not in done.stdout
    assert done.stdout.endswith("True\n")
