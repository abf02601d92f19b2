"""Everything on AWS's side of the tests, running: what it holds, and what a test does to it."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pymysql

from tests.flow.functions import Functions
from tests.flow.visitor import Visitor
from tests.servers.aws import FakeAws
from tests.servers.gemini import FakeGemini
from tests.servers.site import Site


def wait_for(condition: Callable[[], Any], seconds: float = 30.0, what: str = "it") -> Any:
    """The first true answer of `condition`, asked ten times a second; AssertionError when the time is over."""
    end = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < end, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.1)
    return answer


@dataclass
class World:
    """`environment` is what Terraform sets, for the site and both functions; `database` is the name of theirs."""

    aws: FakeAws
    mariadb: Any
    gemini: FakeGemini
    functions: Functions
    site: Site
    visitor: Visitor
    environment: dict[str, str]
    database: str

    def put(self, key: str, body: bytes) -> None:
        """Put an object into the bucket directly, as `aws s3 cp` does."""
        self.aws.client("s3").put_object(Bucket=self.aws.bucket, Key=key, Body=body)

    def get(self, key: str) -> bytes:
        return bytes(self.aws.client("s3").get_object(Bucket=self.aws.bucket, Key=key)["Body"].read())

    def keys(self, prefix: str = "") -> list[str]:
        answer = self.aws.client("s3").list_objects_v2(Bucket=self.aws.bucket, Prefix=prefix)
        return [item["Key"] for item in answer.get("Contents", [])]

    def connect(self) -> pymysql.Connection:
        """A new connection to the product's database, as the server's root."""
        return pymysql.connect(
            unix_socket=str(self.mariadb.folder / "s.sock"), user="root", database=self.database, autocommit=True
        )

    def query(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """Rows of one statement."""
        with closing(self.connect()) as connection, connection.cursor(pymysql.cursors.DictCursor) as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def images(self) -> list[dict[str, Any]]:
        return self.query("SELECT * FROM images ORDER BY id")

    def image(self) -> dict[str, Any]:
        """The only row of images."""
        (image,) = self.images()
        return image

    def jobs(self, kind: str = "") -> list[dict[str, Any]]:
        """The jobs of all images, or those of one kind, in the order of the images."""
        found = self.query("SELECT * FROM jobs ORDER BY image_id, id")
        return [job for job in found if kind in ("", job["kind"])]

    def job(self, kind: str) -> dict[str, Any]:
        """The only job of this kind."""
        (job,) = self.jobs(kind)
        return job

    def states(self) -> tuple[str, str]:
        """How the only image's thumbnail and annotation stand."""
        return self.job("thumbnail")["state"], self.job("annotation")["state"]

    def pass_time(self, seconds: int, kind: str = "%") -> None:
        """What is to come for the jobs comes that much sooner."""
        self.query("UPDATE jobs SET due_at = due_at - INTERVAL %s SECOND WHERE kind LIKE %s", seconds, kind)

    def outcomes(self, name: str) -> list[dict[str, str]]:
        """What the function returned for each event that it got, in order."""
        return [each.outcome for each in self.functions.received if each.function == name]

    def delete_rows(self) -> None:
        for table in ("image_tags", "translations", "annotations", "jobs", "images", "budgets"):
            self.query(f"DELETE FROM {table}")

    def wipe(self) -> None:
        """No rows, no objects, no dead letters, no memory of messages."""
        self.functions.settle()
        self.functions.forget()
        self.aws.forget_dead_letters()
        self.delete_rows()
        for key in self.keys():
            self.aws.client("s3").delete_object(Bucket=self.aws.bucket, Key=key)

    def with_handlers(self, **handlers: Callable[[Any], Any]) -> dict[str, Any]:
        """Put other handlers in place; returns the former ones."""
        former = dict(self.functions.handlers)
        self.functions.handlers.update(handlers)
        return former
