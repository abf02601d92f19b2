"""The functions' user of a database, as a test wants it: its secret, the command that makes it, and its logins."""

import json
import string
from typing import Any
from uuid import uuid4

import pymysql
import pytest

from tests.servers.site import manage

PASSWORD = string.punctuation + "-The-First-Password"  # Secrets Manager makes them of all of these


class FunctionsUser:
    """`production`: the site's environment and the name of its database (fixture `production`). The user has a name
    of its own: users belong to the whole server."""

    name = "functions_alone"

    def __init__(self, aws: Any, server: Any, production: Any) -> None:
        self.aws, self.server, self.database = aws, server, production.name
        self.secret = self.new_secret({"username": self.name, "password": PASSWORD})
        self.environment = {**production.environment, "FUNCTIONS_DATABASE_SECRET_ARN": self.secret}

    def new_secret(self, values: dict[str, str]) -> str:
        return str(self.aws.secret(f"database-{uuid4()}", json.dumps(values)))

    def put(self, text: str) -> None:
        self.aws.client("secretsmanager").put_secret_value(SecretId=self.secret, SecretString=text)

    def make(self, *arguments: str, **environment: str) -> Any:
        """What the command ends with."""
        return manage("database_users", *arguments, **{**self.environment, **environment})

    def login(self, password: str = PASSWORD, **options: Any) -> Any:
        tls = options or {"ssl_ca": self.server.ca, "ssl_verify_cert": True, "ssl_verify_identity": True}
        return pymysql.connect(
            host=self.server.host, port=self.server.port, user=self.name, password=password, database=self.database,
            autocommit=True, **tls,
        )  # fmt: skip

    def ask(self, sql: str, password: str = PASSWORD, **login: Any) -> Any:
        with self.login(password, **login) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def error(self, sql: str = "SELECT 1", **login: Any) -> int:
        """The number of the error that this user gets."""
        with pytest.raises(pymysql.err.Error) as refused:
            self.ask(sql, **login)
        return int(refused.value.args[0])

    def rights(self) -> set[str]:
        return {line.split(" TO ")[0].replace(f"`{self.database}`.", "") for (line,) in self.ask("SHOW GRANTS")}
