"""Everything that Terraform builds, running on this machine: made by `start`, gone after `stop`."""

import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pymysql

from deploy import python313
from deploy.package import PYTHON
from processors import records
from tests.rehearsal.balancer import Balancer
from tests.rehearsal.database import Database
from tests.rehearsal.instances import Instance, environment_of, virtualenv
from tests.rehearsal.lambda_host import LambdaHost
from tests.rehearsal.report import Report
from tests.servers.aws import KEYS
from tests.servers.gemini import FakeGemini
from tests.servers.moto_server import MotoServer
from tests.servers.terraform import Stack

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
PACKAGES = BUILD / "rehearsal"  # apart from those of `make package`: they may be for another Python
LOGS = BUILD / "rehearsal-logs"  # of the last rehearsal
INSTANCES = 3  # the most that the auto-scaling group may start
HEALTH_CLOCK = 10.0  # health checks come so many times faster than on AWS


class Deployment:
    """`outputs`: Terraform's. `functions`: processor -> name of its function. `instances`: the web tier."""

    def __init__(self, report: Report, **everywhere: str) -> None:
        """`everywhere`: variables that every process of the product gets beside its own."""
        self.report, self.everywhere = report, everywhere
        self.folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
        self.outputs: dict[str, Any] = {}
        self.instances: list[Instance] = []
        self._stops: list[Any] = []

    def start(self) -> None:
        """Packages first; then Terraform, the database and the instances' Python side by side."""
        with self.report.step("make package") as step:
            step.result = package()
        self._aws()
        with ThreadPoolExecutor(3) as threads:
            work = [threads.submit(job) for job in (self._terraform, self._database, self._python)]
            _all(work)
        self._secrets()
        self._migrate()
        self._web()

    def stop(self) -> None:
        for stop in reversed(self._stops):
            stop()
        self._stops.clear()
        LOGS.mkdir(parents=True, exist_ok=True)
        for file in self.folder.glob("*.log"):
            shutil.copy(file, LOGS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, service: str) -> Any:
        """boto3's client of the stand-in for AWS."""
        return self.host.client(service)

    @property
    def url(self) -> str:
        """What a person types."""
        return self.balancer.url

    @property
    def tunnel(self) -> str:
        """Where a moderator logs in without HTTPS: on an instance, as by Session Manager."""
        return f"http://127.0.0.1:{self.instances[0].port}"

    @property
    def functions(self) -> dict[str, str]:
        return dict(self.outputs["functions"])

    @property
    def bucket(self) -> str:
        return str(self.outputs["bucket"])

    def _aws(self) -> None:
        """In the thread that stays: the kernel ends a server when the thread that started it ends."""
        self.gemini = FakeGemini()
        self._stops.append(self.gemini.stop)
        with self.report.step("AWS's stand-in (moto) and the Lambda host"):
            self.host = LambdaHost(self.folder / "packages")
            self._stops.append(self.host.stop)
            self.moto = MotoServer()
            self._stops.append(self.moto.stop)
            self.host.connect(self.moto.url)

    def _terraform(self) -> None:
        with self.report.step("terraform apply, with the real provider") as step:
            self.stack = Stack(_made(self.folder / "stack"), self.moto.url, PACKAGES)
            self.stack.apply()
            self.outputs = self.stack.outputs()
            step.result = f"{len(self.stack.addresses())} resources"

    def _database(self) -> None:
        with self.report.step("MariaDB with TLS, as the database of RDS"):
            self.database = Database("image_annotations_db")
            self._stops.append(self.database.stop)

    def _python(self) -> None:
        with self.report.step("the instances' Python, from app.zip's wheelhouse"):
            self.binaries = virtualenv(PACKAGES / "app.zip")

    def _secrets(self) -> None:
        """What a person and RDS would do: the captioner's key, the account of the managed secret."""
        manager = self.client("secretsmanager")
        manager.put_secret_value(SecretId=self.outputs["model_key_arn"], SecretString="the-key-of-the-rehearsal")
        self.secret_arn = self.outputs["database"]["secret_arn"]
        self.database.admit(json.loads(manager.get_secret_value(SecretId=self.secret_arn)["SecretString"]))
        self.host.overrides |= {
            "AWS_ENDPOINT_URL": self.moto.url, "GEMINI_ENDPOINT": self.gemini.url, **self.database.overrides,
            **self.everywhere,
        }  # fmt: skip

        self.host.skip = self._skip
        self.host.start(self.outputs["artifacts_bucket"])

    def _skip(self, function: str, keys: set[str], seconds: float, idle: bool) -> bool:
        """Let time go by for the jobs of these pictures that one function does. The lease of one that is in progress
        (not `idle`) stays: its work is not faster."""
        kinds = [kind for kind, name in self.functions.items() if name == function]
        columns = [records.column_key(key) for key in keys]
        marks = ", ".join(["%s"] * len(columns))
        sql = (
            "UPDATE jobs SET due_at = due_at - INTERVAL %s SECOND WHERE kind = %s AND state IN ('queued', %s)"
            f" AND image_id IN (SELECT id FROM images WHERE s3_key IN ({marks}))"
        )
        try:
            self.database.query(sql, seconds, kinds[0], "running" if idle else "queued", *columns)
        except pymysql.err.OperationalError:  # the database is away
            return False
        return True

    def _migrate(self) -> None:
        """Three instances on an empty database, at the same moment, as the first boot of a larger group is."""
        with self.report.step(f"{INSTANCES} instances start together on an empty database") as step:
            environment = self.user_data()
            overrides = {**KEYS, "AWS_ENDPOINT_URL": self.moto.url, **self.database.overrides, **self.everywhere}
            self.instances = [
                Instance(f"web-{number}", PACKAGES / "app.zip", self.binaries, self.folder, environment | overrides)
                for number in range(1, INSTANCES + 1)
            ]
            self.migrations = self.migrate_together()
            step.result = f"migrated; {len(environment)} variables from the launch template"

    def migrate_together(self) -> list[str]:
        """What each instance does before it serves; their outputs."""

        def prepare(instance: Instance) -> str:
            said = instance.manage("migrate", "--no-input")
            instance.manage("database_users")
            return said

        with ThreadPoolExecutor(INSTANCES) as threads:
            return list(threads.map(prepare, self.instances))

    def _web(self) -> None:
        with self.report.step("site and worker on each instance, behind haproxy") as step:
            for instance in self.instances:
                instance.start()
                self._stops.append(instance.stop)
            for instance in self.instances:
                instance.wait()
            ports = {instance.name: instance.port for instance in self.instances}
            group = self.client("elbv2").describe_target_groups()["TargetGroups"][0]
            self.balancer = Balancer(
                self.folder, ports, group, self._idle_timeout(), self._stickiness(group["TargetGroupArn"]), HEALTH_CLOCK
            )
            self._stops.append(self.balancer.stop)
            self.balancer.wait(INSTANCES)
            step.result = f"{len(self.balancer.healthy())} healthy targets at {self.url}"

    def replace_dead_instances(self) -> None:
        """As the auto-scaling group does, in the same place; the load balancer has all of them again after it."""
        for instance in self.instances:
            if not instance.whole:
                instance.start()
                instance.wait()
        self.balancer.wait(INSTANCES)

    def user_data(self) -> dict[str, str]:
        """The environment that the launch template's script writes on an instance."""
        ec2 = self.client("ec2")
        template = ec2.describe_launch_templates()["LaunchTemplates"][0]["LaunchTemplateId"]
        versions = ec2.describe_launch_template_versions(LaunchTemplateId=template, Versions=["$Latest"])
        return environment_of(versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]["UserData"])

    def _stickiness(self, target_group: str) -> int:
        """Seconds that a visitor stays with an instance."""
        told = self.client("elbv2").describe_target_group_attributes(TargetGroupArn=target_group)["Attributes"]
        attributes = {each["Key"]: each["Value"] for each in told}
        enabled = attributes.get("stickiness.enabled") == "true"
        return int(attributes["stickiness.lb_cookie.duration_seconds"]) if enabled else 0

    def _idle_timeout(self) -> int:
        balancers = self.client("elbv2").describe_load_balancers()["LoadBalancers"]
        arn = balancers[0]["LoadBalancerArn"]
        attributes = self.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        return next(int(each["Value"]) for each in attributes if each["Key"] == "idle_timeout.timeout_seconds")


def package() -> str:
    """Build the three zips, as `make package` does, for the Python that can run them here; their sizes."""
    _, python = python313.here()
    command = [sys.executable, "-m", "deploy.package", "--output", str(PACKAGES), "--python", python]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    sizes = ", ".join(f"{file.name} {file.stat().st_size / 1e6:.1f} MB" for file in sorted(PACKAGES.glob("*.zip")))
    return sizes if python == PYTHON else f"for Python {python}, as there is no {PYTHON} here; {sizes}"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _all(work: list[Future[None]]) -> None:
    """Wait for all of it; then raise what went wrong first."""
    problems = [problem for future in work if (problem := future.exception())]
    if problems:
        raise problems[0]
