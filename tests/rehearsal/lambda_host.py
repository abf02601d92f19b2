"""Lambda's side of the rehearsal: each event source mapping that Terraform has made, with the function behind it."""

import base64
import hashlib
import io
import threading
import zipfile
from pathlib import Path
from typing import Any

import boto3

from tests.rehearsal.lambda_function import Function, Skip
from tests.servers.aws import REGION
from tests.servers.event_source import Delivery, Sources


class LambdaHost:
    """`functions`: name -> function, once it is started. `skip`: as `Function` has it."""

    def __init__(self, folder: Path) -> None:
        """`folder`: where packages are unzipped."""
        self.functions: dict[str, Function] = {}
        self.sources = Sources()
        self.holding, self.deliver = self.sources.holding, self.sources.deliver
        self.overrides: dict[str, str] = {}
        self.endpoint = ""
        self.skip: Skip = lambda *_: True
        self._folder = folder
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def connect(self, endpoint: str, **overrides: str) -> None:
        """Where AWS is, and which of the functions' variables differ from what Terraform set."""
        self.endpoint, self.overrides = endpoint, overrides

    def start(self, artifacts: str) -> None:
        """Begin to poll the queues. `artifacts`: the bucket with the packages."""
        self._artifacts = artifacts
        for mapping in self.client("lambda").list_event_source_mappings()["EventSourceMappings"]:
            function = Function(mapping, self.client, self._package, self.overrides, lambda *what: self.skip(*what))
            self.functions[function.name] = function
            self.sources[function.name] = function.source

    def client(self, service: str) -> Any:
        """boto3's client for all threads: making one takes a quarter of a second."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = boto3.client(
                    service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id="x",
                    aws_secret_access_key="x",
                )  # fmt: skip
            return self._clients[service]

    @property
    def deliveries(self) -> list[Delivery]:
        return self.sources.deliveries

    def settle(self, seconds: float = 120.0) -> None:
        """Wait until every function is done with every message."""
        self.sources.settle(seconds)

    def set_clock(self, clock: float) -> None:
        """How many times faster than on AWS messages come back."""
        for function in self.functions.values():
            function.source.clock = clock

    def stop(self) -> None:
        for function in self.functions.values():
            function.stop()

    def _package(self, digest: str) -> Path:
        """The folder of the uploaded zip with this digest, as Lambda has it: base64 of its SHA-256."""
        folder = self._folder / base64.urlsafe_b64encode(base64.b64decode(digest)).decode()
        with self._lock:
            if folder.exists():
                return folder
        s3 = self.client("s3")
        for version in s3.list_object_versions(Bucket=self._artifacts)["Versions"]:
            where = {"Bucket": self._artifacts, "Key": version["Key"], "VersionId": version["VersionId"]}
            body = s3.get_object(**where)["Body"].read()
            if base64.b64encode(hashlib.sha256(body).digest()).decode() == digest:
                return self._unzip(body, folder)
        raise RuntimeError(f"No object in {self._artifacts} is the package with the digest {digest}.")

    def _unzip(self, body: bytes, folder: Path) -> Path:
        with self._lock:
            if not folder.exists():
                fresh = folder.with_suffix(".new")
                with zipfile.ZipFile(io.BytesIO(body)) as source:
                    source.extractall(fresh)
                fresh.rename(folder)
        return folder
