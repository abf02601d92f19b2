"""Two stacks in one account on moto, applied side by side with the real provider: one with the defaults, one with
every option on. Both are changed once and destroyed at the end of test_apply.py."""

import shutil
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from processors.captioning.choice import CAPTIONERS
from tests.servers.aws import REGION
from tests.servers.moto_server import MotoServer
from tests.servers.terraform import ROOT, Stack
from tests.terraform.account import Account

KEY = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
EVERYTHING = {
    "name_prefix": "everything",
    "site_url": "https://pictures.example.org",
    "availability_zones": ["us-east-1a", "us-east-1b"],
    "waf_rate_limit": 2000,
    "waf_managed_rules": True,
    "allow_http_login": True,
    "nat_gateways": "per_zone",
    "interface_endpoints": [
        "autoscaling",
        "lambda",
        "logs",
        "monitoring",
        "secretsmanager",
        "sqs",
        "ssm",
        "ssmmessages",
    ],
    "admin_cidrs": ["203.0.113.0/24"],
    "ssh_public_key": KEY,
    "instance_type": "t3.small",
    "thumbnail_memory_mb": 128,
    "function_concurrency": 10,
    "database_multi_az": True,
    "database_users_version": 2,
    "apply_immediately": False,
    "final_snapshot": False,
    "max_stored_gb": 100,
    "captioner": "openai",
    "caption_url": "https://openrouter.ai/api/v1",
    "caption_model": "qwen/qwen3-vl-8b-instruct",
    "caption_price": "0.08/0.50",
    "annotation_budget_usd": 7.5,
    "annotation_language": "de",
    "operator_contact": "help@example.org",
    "originals_for_everybody": True,
    "publish": "after review",
    "alarm_email": "you@example.org",
    "tags": {"Owner": "you"},
}


@dataclass
class Applied:
    """A stack, the account that it is in, and the variables that it was made with."""

    stack: Stack
    account: Account
    variables: dict[str, Any]

    @property
    def state(self) -> str:
        """The state file's text, where no secret may be."""
        return (self.stack.folder / "terraform.tfstate").read_text()


class Both:
    """`default` and `everything`."""

    def __init__(self, folder: Path, build: Path, url: str) -> None:
        self.default = self._new(folder / "default", build, url, {})
        everything = {**EVERYTHING, "certificate_arn": certificate(url)}
        self.everything = self._new(folder / "everything", build, url, everything)

    def each(self, work: Callable[[Applied], Any]) -> None:
        """Do it with both at the same time; the first error is raised when both are done."""
        with ThreadPoolExecutor(2) as pool:
            done = [pool.submit(work, self.default), pool.submit(work, self.everything)]
        for future in done:
            future.result()

    def _new(self, folder: Path, build: Path, url: str, variables: dict[str, Any]) -> Applied:
        folder.mkdir()
        account = Account(url, variables.get("name_prefix", "annotations"))
        return Applied(Stack(folder, url, build, **variables), account, variables)


def certificate(url: str) -> str:
    """A certificate in ACM for the host of the stack with everything on; its ARN."""
    authority = trustme.CA()
    made = authority.issue_cert("pictures.example.org")
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    manager = boto3.client("acm", endpoint_url=url, region_name=REGION, **keys)
    pem = {"Certificate": made.cert_chain_pems[0].bytes(), "PrivateKey": made.private_key_pem.bytes()}
    return str(manager.import_certificate(**pem)["CertificateArn"])


@pytest.fixture(scope="session")
def moto() -> Iterator[MotoServer]:
    server = MotoServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what `make package` made. Nothing here runs a function, so that Gemini's package, with another name in
    it, stands for that of every captioner."""
    made = ("app", "thumbnail", "annotation-gemini")
    if missing := [name for name in made if not (ROOT / f"build/{name}.zip").exists()]:
        pytest.fail(f"There is no build/{missing[0]}.zip. Run `make package`, then this again.")
    folder = tmp_path_factory.mktemp("build")
    for name in made:
        shutil.copy(ROOT / f"build/{name}.zip", folder)
    for captioner in CAPTIONERS[1:]:
        shutil.copy(folder / "annotation-gemini.zip", folder / f"annotation-{captioner}.zip")
        with zipfile.ZipFile(folder / f"annotation-{captioner}.zip", "a") as package:
            package.writestr("captioner", captioner)
    return folder


@pytest.fixture(scope="session")
def both(moto: MotoServer, build: Path, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Both stacks, applied."""
    both = Both(tmp_path_factory.mktemp("stacks"), build, moto.url)
    both.each(lambda applied: applied.stack.apply())
    return both


@pytest.fixture
def default(both: Both) -> Applied:
    return both.default


@pytest.fixture
def everything(both: Both) -> Applied:
    return both.everything


@pytest.fixture(params=["default", "everything"])
def applied(request: pytest.FixtureRequest, both: Both) -> Any:
    """Each of the two in turn."""
    return getattr(both, request.param)
